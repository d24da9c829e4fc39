package payload

import "slices"

const (
	maxLiterals  = 286
	maxDistances = 30
	lastLength   = 285
	lastDistance = 29
)

// A codeRange is what one symbol stands for: some numbers, of which extra bits tell
// the one (RFC 1951, section 3.2.5).
type codeRange struct{ first, extra int }

var (
	lengthRanges   = ranges(lastLength-endOfBlock, minMatch, 4)
	distanceRanges = ranges(lastDistance+1, 1, 2)
)

// ranges of which there are each of power to a power of two, after the first 2*each of
// one number.
func ranges(n, first, each int) []codeRange {
	all := make([]codeRange, n)
	for i := range all {
		extra := max(0, i/each-1)
		all[i] = codeRange{first, extra}
		first += 1 << extra
	}
	if each == 4 {
		all[n-1] = codeRange{maxMatch, 0} // the longest length has a symbol of its own
	}
	return all
}

// The codes that deflate defines itself (RFC 1951, section 3.2.6).
var fixedLiterals, fixedDistances = fixedCodes()

func fixedCodes() (literals, distances huffman) {
	var all []coded
	for symbol := range uint16(maxSymbols) {
		length := uint8(8)
		switch {
		case symbol >= 144 && symbol < 256:
			length = 9
		case symbol >= 256 && symbol < 280:
			length = 7
		}
		all = append(all, coded{symbol, length})
	}
	literals.build(all)
	all = all[:0]
	for symbol := range uint16(32) {
		all = append(all, coded{symbol, 5})
	}
	distances.build(all)
	return literals, distances
}

// lengthOrder is that of the lengths of the codes for lengths.
var lengthOrder = [19]uint16{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// codes reads the codes that a block brings along (RFC 1951, section 3.2.7).
func (f *inflater) codes() error {
	literals, distances, n := int(f.take(5))+257, int(f.take(5))+1, int(f.take(4))+4 //nolint:gosec // 5 bits
	if literals > maxLiterals || distances > maxDistances {
		return ErrZlib
	}
	if !f.readLengthCodes(n) || !f.readLengths(literals+distances) {
		return ErrZlib
	}
	own, _ := slices.BinarySearchFunc(f.all, uint16(literals), func(c coded, symbol uint16) int {
		return int(c.symbol) - int(symbol)
	})
	for i := range f.all[own:] {
		f.all[own+i].symbol -= uint16(literals)
	}
	if !f.literals.build(f.all[:own]) || !f.distances.build(f.all[own:]) {
		return ErrZlib
	}
	return nil
}

// readLengthCodes reads the codes of code lengths, for which there is room in literals.
func (f *inflater) readLengthCodes(n int) bool {
	var lengths [len(lengthOrder)]uint8
	for _, i := range lengthOrder[:n] {
		lengths[i] = uint8(f.take(3)) //nolint:gosec // 3 bits
	}
	f.all = f.all[:0]
	for i, length := range lengths {
		f.add(i, length, 1)
	}
	return !f.short && f.literals.build(f.all)
}

// add notes that so many symbols have codes of a length, or none if it is zero.
func (f *inflater) add(symbol int, length uint8, times int) {
	for end := symbol + times; length > 0 && symbol < end; symbol++ {
		f.all = append(f.all, coded{uint16(symbol), length}) //nolint:gosec // under 320
	}
}

// readLengths reads n code lengths: each is one, or says how often one comes again.
func (f *inflater) readLengths(n int) bool {
	f.all = f.all[:0]
	last := uint8(0)
	for i := 0; i < n; {
		f.fill()
		symbol, used := f.literals.look(f.bits) // they have up to 7 bits
		f.drop(used)
		if used == 0 || f.short || symbol == repeated && i == 0 {
			return false
		}
		times := 1
		switch symbol {
		case repeated:
			times = 3 + int(f.peeked(2)) //nolint:gosec // 2 bits
		case zeros:
			last, times = 0, 3+int(f.peeked(3)) //nolint:gosec // 3 bits
		case manyZeros:
			last, times = 0, 11+int(f.peeked(7)) //nolint:gosec // 7 bits
		default:
			last = uint8(symbol) //nolint:gosec // under 16
		}
		if times > n-i {
			return false
		}
		f.add(i, last, times)
		i += times
	}
	return true
}

// Symbols that aren't code lengths themselves.
const (
	repeated  = 16 // the length before
	zeros     = 17
	manyZeros = 18
)
