package memstore

import (
	"encoding/binary"
	"iter"
	"math/bits"
)

// An arena holds the bytes of a shard's records, one after the other in big
// segments, so that the garbage collector sees a few objects instead of one for
// each record. A record in it is
//
//	owner   4 bytes, the id of its entry
//	length  4 bytes, of what follows
//	key, subject, data, and up to 7 bytes to the next multiple of 8
//
// A record that was freed stays where it is, as dead bytes. When they are more
// than a quarter, the shard empties the worst segment (see shard.compact). So
// whatever sizes come and go, there is no fragmentation to pile up.
type arena struct {
	segments []segment // number 0 is never used
	vacant   []uint32  // numbers of dropped segments
	open     uint32    // the segment that is being filled, 0 if none
	used     int       // bytes of all records, dead ones included
	dead     int       // bytes of dead records
}

type segment struct {
	buf  []byte // len: filled so far
	dead int
}

const (
	headerLen = 8
	unit      = 8 // places are counted in units
	unitBits  = 12

	// segmentLen is the size of a segment. But as long as that is more than an
	// eighth of what is there, segments are smaller, so that a small store is
	// small; and a big record gets its own. With 32 bits for a place, an arena
	// can hold 32 GiB.
	segmentLen   = unit << unitBits
	firstSegment = 1 << 10
	bigRecord    = segmentLen / 4

	maxName = 1<<16 - 1
	maxData = 1 << 30
)

// room returns what a record of that length takes up.
func room(length int) int { return (headerLen + length + unit - 1) / unit * unit }

// alloc makes room for a record and returns its place.
func (a *arena) alloc(owner uint32, length int) (at uint32) {
	n := room(length)
	number := a.segmentFor(n)
	s := &a.segments[number]
	off := len(s.buf)
	s.buf = s.buf[:off+n]
	binary.NativeEndian.PutUint32(s.buf[off:], owner)
	binary.NativeEndian.PutUint32(s.buf[off+4:], uint32(length))
	a.used += n
	return number<<unitBits | uint32(off/unit)
}

// segmentFor returns the number of a segment with n bytes left.
func (a *arena) segmentFor(n int) uint32 {
	if n > bigRecord {
		return a.add(n)
	}
	if s := a.segments[a.open]; cap(s.buf)-len(s.buf) < n {
		size := 1 << bits.Len(uint(a.used/16)) // the runtime would round it up
		a.open = a.add(min(max(firstSegment, size, n), segmentLen))
	}
	return a.open
}

func (a *arena) add(size int) uint32 {
	s := segment{buf: make([]byte, 0, size)}
	if last := len(a.vacant) - 1; last >= 0 {
		number := a.vacant[last]
		a.vacant = a.vacant[:last]
		a.segments[number] = s
		return number
	}
	a.segments = append(a.segments, s)
	return uint32(len(a.segments) - 1)
}

// header returns a record's bytes from its header to the end of its segment.
func (a *arena) header(at uint32) []byte {
	return a.segments[at>>unitBits].buf[at%(1<<unitBits)*unit:]
}

// bytes returns a record's key, subject and data. They stay valid until the
// next alloc or free.
func (a *arena) bytes(at uint32) []byte {
	h := a.header(at)
	return h[headerLen:][:lengthIn(h)]
}

func ownerIn(header []byte) uint32 { return binary.NativeEndian.Uint32(header) }
func lengthIn(header []byte) int   { return int(binary.NativeEndian.Uint32(header[4:])) }

// resize changes a record's length where it is, and tells whether that could
// be done.
func (a *arena) resize(at uint32, length int) bool {
	h := a.header(at)
	if room(lengthIn(h)) != room(length) {
		return false
	}
	binary.NativeEndian.PutUint32(h[4:], uint32(length))
	return true
}

// free makes a record's bytes dead. If its segment has no others, that is
// filled anew or dropped.
func (a *arena) free(at uint32) {
	number := at >> unitBits
	s, n := &a.segments[number], room(lengthIn(a.header(at)))
	s.dead += n
	a.dead += n
	switch {
	case s.dead < len(s.buf):
	case number == a.open:
		a.empty(s)
	default:
		a.drop(number)
	}
}

// empty makes a segment's room free, all of it.
func (a *arena) empty(s *segment) {
	a.used -= len(s.buf)
	a.dead -= s.dead
	s.buf, s.dead = s.buf[:0], 0
}

// drop gives up a segment with all that is in it.
func (a *arena) drop(number uint32) {
	a.empty(&a.segments[number])
	a.segments[number] = segment{}
	a.vacant = append(a.vacant, number)
}

// seal ends the filling of a segment.
func (a *arena) seal(number uint32) {
	if a.open == number {
		a.open = 0
	}
}

// wasteful tells whether compaction is due.
func (a *arena) wasteful() bool { return a.dead > a.used/4+firstSegment }

// worst returns the number of the segment with the most dead bytes for its
// size. In a wasteful arena that is at least a quarter of it.
func (a *arena) worst() (number uint32) {
	for i, s := range a.segments {
		if s.waste() > a.segments[number].waste() {
			number = uint32(i)
		}
	}
	return number
}

func (s segment) waste() float64 { return float64(s.dead) / float64(max(1, len(s.buf))) }

// move copies a record to another place.
func (a *arena) move(at uint32) (to uint32) {
	old := a.header(at)
	length := lengthIn(old)
	to = a.alloc(ownerIn(old), length)
	copy(a.bytes(to), old[headerLen:][:length])
	return to
}

// places yields the places of all records in a segment, dead ones included.
// Nothing may be added to that segment meanwhile.
func (a *arena) places(number uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for off := 0; off < len(a.segments[number].buf); {
			at := number<<unitBits | uint32(off/unit)
			off += room(lengthIn(a.header(at)))
			if !yield(at) {
				return
			}
		}
	}
}
