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
	for i := 0; i < len(data); {
		length, distance := m.find(data, i)
		if length == 0 {
			w.literal(data[i])
			length = 1
		} else {
			w.match(length, distance)
		}
		for end := i + length; i < end; i++ {
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

func (m *matcher) add(data []byte, i int) {
	if i+minMatch > len(data) {
		return
	}
	h := hash3(data[i:])
	m.before[i], m.last[h] = m.last[h], uint16(i+1) //nolint:gosec // i < small
}

// find returns the longest match of what is at i with something before; length 0
// if there is none.
func (m *matcher) find(data []byte, i int) (length, distance int) {
	if i+minMatch > len(data) {
		return 0, 0
	}
	rest := data[i:min(len(data), i+maxMatch)]
	at := m.last[hash3(rest)]
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

func (w *bitWriter) write(b uint32, n int) {
	w.bits |= uint64(b) << w.n
	for w.n += n; w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.bits)) //nolint:gosec // the low eight
		w.bits >>= 8
	}
}

func (w *bitWriter) flush() []byte {
	w.write(0, -w.n&7)
	return w.out
}

// code writes a Huffman code, which begins with its high bit.
func (w *bitWriter) code(c uint32, n int) { w.write(bits.Reverse32(c)>>(32-n), n) }

func (w *bitWriter) literal(b byte) {
	if b < 144 {
		w.code(0x30+uint32(b), 8)
		return
	}
	w.code(0x190+uint32(b)-144, 9)
}

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
