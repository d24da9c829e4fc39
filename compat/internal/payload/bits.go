package payload

import "encoding/binary"

// A bitReader reads from the low bit up. short becomes true when it is asked for more
// than there is; then what it returns means nothing.
type bitReader struct {
	src   []byte
	at    int    // in src
	bits  uint64 // read and not taken; zeros above them
	n     int    // how many
	short bool
}

// fill reads so much that at least 56 bits are there, or all that are left.
func (r *bitReader) fill() {
	if len(r.src)-r.at >= 8 {
		r.bits |= binary.LittleEndian.Uint64(r.src[r.at:]) << r.n
		r.at += (63 - r.n) >> 3
		r.n |= 56
		return
	}
	for r.n <= 56 && r.at < len(r.src) {
		r.bits |= uint64(r.src[r.at]) << r.n
		r.at++
		r.n += 8
	}
}

// drop takes n of the bits that are there.
func (r *bitReader) drop(n int) {
	r.bits >>= n
	r.n -= n
	r.short = r.short || r.n < 0
}

// peeked takes n bits that fill has read.
func (r *bitReader) peeked(n int) uint64 {
	v := r.bits & (1<<n - 1)
	r.drop(n)
	return v
}

// take takes n bits, up to 16.
func (r *bitReader) take(n int) uint64 {
	if r.n < n {
		r.fill()
	}
	return r.peeked(n)
}

// align takes the rest of a byte.
func (r *bitReader) align() { r.drop(r.n & 7) }

// bytes returns the next n of src, where a byte begins.
func (r *bitReader) bytes(n int) (b []byte, ok bool) {
	from := r.at - r.n/8
	if r.short || n > len(r.src)-from {
		return nil, false
	}
	r.at, r.bits, r.n = from+n, 0, 0
	return r.src[from : from+n], true
}

// trailer returns the checksum at the end of a stream.
func (r *bitReader) trailer() (sum uint32, ok bool) {
	r.align()
	b, ok := r.bytes(4)
	if !ok {
		return 0, false
	}
	return binary.BigEndian.Uint32(b), true
}
