package payload

import (
	"encoding/binary"
	"hash/adler32"
	"math/bits"
)

// fixed appends data, of at most small bytes, as a zlib stream (RFC 1950) of one
// block in the codes that deflate defines itself (RFC 1951, section 3.2.6).
func fixed(dst, data []byte) []byte {
	w := bitWriter{out: append(dst, 0x78, 0x9c)} // 32 KiB window, default level
	w.write(0b011, 3)                            // the last block, fixed codes
	var m matcher
	for i := 0; i < len(data); i++ {
		length, distance := 0, 0
		if at := m.add(data, i); at != 0 {
			length, distance = m.longest(data, i, at)
		}
		if length == 0 {
			w.literal(data[i])
			continue
		}
		w.match(length, distance)
		for end := i + length - 1; i < end; {
			i++
			m.add(data, i)
		}
	}
	w.symbol(endOfBlock)
	return binary.BigEndian.AppendUint32(w.flush(), adler32.Checksum(data))
}

const (
	minMatch = 3
	maxMatch = 258
	hashBits = 9
	maxTries = 16 // earlier places looked at for the longest match
)

// A matcher knows where each three bytes were seen: the last place by their
// hash, and from each place the one before; both plus one, so that zero is none.
type matcher struct {
	last   [1 << hashBits]uint16
	before [small]uint16
}

func hash3(b []byte) uint32 {
	return (uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16) * 0x9e3779b1 >> (32 - hashBits)
}

// add notes place i, and returns the last one of the same hash, plus one.
func (m *matcher) add(data []byte, i int) (before uint16) {
	if i+minMatch > len(data) {
		return 0
	}
	h := hash3(data[i:])
	before = m.last[h]
	m.before[i], m.last[h] = before, uint16(i+1) //nolint:gosec // i < small
	return before
}

// longest returns the longest match of what is at i with a place of the chain that
// begins with at; length 0 if there is none.
func (m *matcher) longest(data []byte, i int, at uint16) (length, distance int) {
	rest := data[i:min(len(data), i+maxMatch)]
	for tries := 0; at != 0 && tries < maxTries; tries++ {
		j := int(at) - 1
		if n := common(rest, data[j:]); n >= minMatch && n > length {
			length, distance = n, i-j
		}
		at = m.before[j]
	}
	return length, distance
}

// common is how long a and b, which is no shorter, begin alike.
func common(a, b []byte) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return len(a)
}

// A bitWriter writes the symbols of deflate, from the low bit up.
type bitWriter struct {
	out  []byte
	bits uint64
	n    int
}

const endOfBlock = 256

// write takes up to 32 bits.
func (w *bitWriter) write(b uint32, n int) {
	w.bits |= uint64(b) << w.n
	if w.n += n; w.n >= 32 {
		w.out = binary.LittleEndian.AppendUint32(w.out, uint32(w.bits)) //nolint:gosec // the low ones
		w.bits >>= 32
		w.n -= 32
	}
}

func (w *bitWriter) flush() []byte {
	for ; w.n > 0; w.n -= 8 {
		w.out = append(w.out, byte(w.bits)) //nolint:gosec // the low eight
		w.bits >>= 8
	}
	return w.out
}

// code writes a Huffman code, which begins with its high bit.
func (w *bitWriter) code(c uint32, n int) { w.write(reversed(c, n), n) }

func reversed(c uint32, n int) uint32 { return bits.Reverse32(c) >> (32 - n) }

// literals are the codes of bytes, as they are written.
var literals = func() (all [256]struct {
	code uint32
	n    int
}) {
	for b := range uint32(256) {
		code, n := 0x30+b, 8
		if b >= 144 {
			code, n = 0x190+b-144, 9
		}
		all[b].code, all[b].n = reversed(code, n), n
	}
	return all
}()

func (w *bitWriter) literal(b byte) { w.write(literals[b].code, literals[b].n) }

// symbol writes one from endOfBlock up.
func (w *bitWriter) symbol(s int) {
	if s < 280 {
		w.code(uint32(s-endOfBlock), 7) //nolint:gosec // 0 to 23
		return
	}
	w.code(uint32(0xc0+s-280), 8) //nolint:gosec // 0xc0 to 0xc7
}

// match writes a length and a distance: each a code for a range, four ranges to
// a power of two for lengths and two for distances, and the place in it.
func (w *bitWriter) match(length, distance int) {
	l, d := uint32(length-minMatch), uint32(distance-1) //nolint:gosec // both small and positive
	if length == maxMatch {
		w.symbol(285)
	} else {
		n := max(0, bits.Len32(l)-3)
		w.symbol(257 + 4*n + int(l>>n))
		w.write(l&(1<<n-1), n)
	}
	n := max(0, bits.Len32(d)-2)
	w.code(uint32(2*n)+d>>n, 5) //nolint:gosec // under 30
	w.write(d&(1<<n-1), n)
}
