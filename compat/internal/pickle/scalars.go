package pickle

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// newest is the newest protocol there is.
const newest = 5

var (
	errNumber = errors.New("pickle: a number is misspelled or too long")
	errText   = errors.New("pickle: text is not valid Unicode")
	errFrame  = errors.New("pickle: a frame is longer than the pickle")
)

func (r *reader) protocol() {
	if p := r.uint(1); p > newest {
		r.fail(fmt.Errorf("pickle: protocol %d is not known", p))
	}
}

// frame says how much follows. Only that so much is there is of interest.
func (r *reader) frame() {
	if n := r.uint(8); r.err == nil && n > uint64(len(r.rest)) {
		r.fail(errFrame)
	}
}

// intLine reads a decimal number; 00 and 01 are False and True.
func (r *reader) intLine() {
	switch line := r.line(); line {
	case "00", "01":
		r.push(line == "01")
	default:
		r.decimal(line)
	}
}

func (r *reader) longLine() { r.decimal(strings.TrimSuffix(r.line(), "L")) }

func (r *reader) decimal(digits string) {
	n, ok := new(big.Int), false
	if len(digits) <= maxDigits {
		n, ok = n.SetString(digits, 10)
	}
	if !ok {
		r.fail(errNumber)
		return
	}
	r.push(integer(n))
}

// long reads an integer of size bytes, little-endian two's complement.
func (r *reader) long(size uint64) {
	b := r.bytes(size)
	if len(b) > maxIntBytes {
		r.fail(errNumber)
		return
	}
	b = slices.Clone(b)
	slices.Reverse(b)
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	r.push(integer(n))
}

func integer(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

func (r *reader) floatLine() {
	f, err := strconv.ParseFloat(r.line(), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		r.fail(errNumber)
		return
	}
	r.push(f)
}

func (r *reader) float() {
	b := r.bytes(8)
	var bits uint64
	for _, c := range b {
		bits = bits<<8 | uint64(c)
	}
	r.push(math.Float64frombits(bits))
}

func (r *reader) text(size uint64) {
	b := r.bytes(size)
	if !utf8.Valid(b) {
		r.fail(errText)
		return
	}
	r.push(string(b))
}

func (r *reader) binary(size uint64) { r.push(append([]byte{}, r.bytes(size)...)) }

// textLine reads Python's raw-unicode-escape: Latin-1, \u with four hexadecimal digits
// and \U with eight; any other character after a backslash stands, as the backslash
// does.
func (r *reader) textLine() {
	line := r.line()
	var b strings.Builder
	for i := 0; i < len(line); {
		c, size, ok := rawRune(line[i:])
		if !ok {
			r.fail(errText)
			return
		}
		if i += size; c == '\\' && size == 1 && i < len(line) {
			b.WriteByte('\\')
			c = rune(line[i])
			i++
		}
		b.WriteRune(c)
	}
	r.push(b.String())
}

// rawRune reads the character that s begins with.
func rawRune(s string) (c rune, size int, ok bool) {
	var digits int
	switch {
	case strings.HasPrefix(s, `\u`):
		digits = 4
	case strings.HasPrefix(s, `\U`):
		digits = 8
	default:
		return rune(s[0]), 1, true
	}
	if len(s) < 2+digits {
		return 0, 0, false
	}
	n, err := strconv.ParseUint(s[2:2+digits], 16, 31)
	c = rune(n) //nolint:gosec // 31 bits
	return c, 2 + digits, err == nil && utf8.ValidRune(c)
}

func (r *reader) putLine() { r.index(r.put) }
func (r *reader) getLine() { r.index(r.get) }

func (r *reader) index(use func(uint64)) {
	line := r.line()
	i, err := strconv.ParseUint(line, 10, 32)
	if err != nil {
		r.fail(errNumber)
		return
	}
	use(i)
}
