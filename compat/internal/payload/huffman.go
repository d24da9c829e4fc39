package payload

import "math/bits"

const (
	maxCodeLen = 15
	fastBits   = 9 // codes up to so many bits are found by one look
	maxSymbols = 288
)

// A coded symbol has a code of so many bits.
type coded struct {
	symbol uint16
	length uint8
}

// A huffman is a set of canonical codes (RFC 1951, section 3.2.2).
type huffman struct {
	// fast is by the next bits of the input, and only as large as the longest code
	// asks for: symbol<<4 and the length of its code, or 0 where the code is longer.
	fast [1 << fastBits]uint16
	mask uint64 // of the bits that fast goes by

	count   [maxCodeLen + 1]uint16 // codes of each length
	symbols [maxSymbols]uint16     // in the order of their codes
}

// build makes h of all symbols that have a code, in their order. It reports whether there
// are such codes: neither more than there is room for, nor less, but that a single code
// may have one bit.
func (h *huffman) build(all []coded) bool {
	h.count = [maxCodeLen + 1]uint16{}
	longest := 0
	for _, c := range all {
		h.count[c.length]++
		longest = max(longest, int(c.length))
	}
	var first, place [maxCodeLen + 2]uint16 // of each length: its first code, and where its symbols begin
	for n := 1; n <= longest; n++ {
		if first[n]+h.count[n] > 1<<n {
			return false
		}
		first[n+1] = (first[n] + h.count[n]) << 1
		place[n+1] = place[n] + h.count[n]
	}
	if used := first[longest] + h.count[longest]; longest > 0 && used != 1<<longest && (longest != 1 || used != 1) {
		return false
	}
	h.mask = 1<<min(longest, fastBits) - 1
	clear(h.fast[:h.mask+1])
	for _, c := range all {
		h.symbols[place[c.length]] = c.symbol
		h.enter(c, first[c.length])
		place[c.length]++
		first[c.length]++
	}
	return true
}

// enter puts a code wherever the bits begin with it. They come with its high bit
// first.
func (h *huffman) enter(c coded, code uint16) {
	if c.length > fastBits {
		return
	}
	for i := uint64(bits.Reverse16(code) >> (16 - c.length)); i <= h.mask; i += 1 << c.length {
		h.fast[i] = c.symbol<<4 | uint16(c.length)
	}
}

// look returns the symbol whose code the input begins with, and how long that is; 0
// if it begins with none of those in fast.
func (h *huffman) look(input uint64) (symbol, n int) {
	e := h.fast[input&h.mask&(1<<fastBits-1)]
	return int(e >> 4), int(e & 15)
}

// find is look for codes of any length.
func (h *huffman) find(input uint64) (symbol, n int) {
	if symbol, n = h.look(input); n > 0 {
		return symbol, n
	}
	return h.search(input)
}

// search goes through the lengths: codes of one are numbers that follow each other.
func (h *huffman) search(input uint64) (symbol, n int) {
	var code, first, place int
	for n = 1; n <= maxCodeLen; n++ {
		code |= int(input & 1)
		input >>= 1
		count := int(h.count[n])
		if code-first < count {
			return int(h.symbols[place+code-first]), n
		}
		place += count
		first = (first + count) << 1
		code <<= 1
	}
	return 0, 0
}
