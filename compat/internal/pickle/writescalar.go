package pickle

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

func (w *writer) bool(b bool) {
	switch {
	case w.protocol >= Protocol2 && b:
		w.op(0x88)
	case w.protocol >= Protocol2:
		w.op(0x89)
	case b:
		w.op('I', '0', '1', '\n')
	default:
		w.op('I', '0', '0', '\n')
	}
}

func (w *writer) int(n int64) {
	switch {
	case n < math.MinInt32 || n > math.MaxInt32:
		w.long(big.NewInt(n))
	case !w.binary():
		w.op(fmt.Appendf(nil, "I%d\n", n)...)
	case n >= 0 && n <= 0xff:
		w.op('K', byte(n))
	case n >= 0 && n <= 0xffff:
		w.op('M', byte(n), byte(n>>8))
	default:
		w.op(binary.LittleEndian.AppendUint32([]byte{'J'}, uint32(n))...) //nolint:gosec // it is in range
	}
}

func (w *writer) long(n *big.Int) {
	if w.protocol < Protocol2 {
		w.op(fmt.Appendf(nil, "L%dL\n", n)...)
		return
	}
	b := twosComplement(n)
	switch {
	case len(b) > maxIntBytes:
		w.fail(errNumber)
	case len(b) <= 0xff:
		w.op(append([]byte{0x8a, byte(len(b))}, b...)...)
	default:
		w.op(append(binary.LittleEndian.AppendUint32([]byte{0x8b}, uint32(len(b))), b...)...) //nolint:gosec // checked
	}
}

// twosComplement returns the fewest bytes that hold n with its sign, little-endian.
func twosComplement(n *big.Int) []byte {
	size := n.BitLen()/8 + 1
	if n.Sign() < 0 { // -128 fits into one byte, 128 doesn't
		size = new(big.Int).Not(n).BitLen()/8 + 1
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(8*size))) //nolint:gosec // size is small
	}
	b := n.FillBytes(make([]byte, size))
	slices.Reverse(b)
	return b
}

func (w *writer) float(f float64) {
	if w.binary() {
		w.op(binary.BigEndian.AppendUint64([]byte{'G'}, math.Float64bits(f))...)
		return
	}
	w.op(append(append([]byte{'F'}, repr(f)...), '\n')...)
}

// repr spells f as Python does.
func repr(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	text, _ := pyjson.Style{}.Append(nil, f) // a float never fails
	return string(text)
}

func (w *writer) unicode(s string) {
	switch size := uint64(len(s)); {
	case !w.binary():
		w.op(append(append([]byte{'V'}, rawEscape(s)...), '\n')...)
	case w.protocol >= Protocol4 && size <= 0xff:
		w.payload([]byte{0x8c, byte(size)}, s)
	case size <= math.MaxUint32:
		w.payload(binary.LittleEndian.AppendUint32([]byte{'X'}, uint32(size)), s)
	default:
		w.fail(errSize)
	}
}

// rawEscape is Python's raw-unicode-escape, with what would end the line or the
// file escaped, too.
func rawEscape(s string) []byte {
	var b []byte
	for _, c := range s {
		switch {
		case c > 0xffff:
			b = fmt.Appendf(b, `\U%08x`, c)
		case c > 0xff, c == '\\', c == 0, c == '\n', c == '\r', c == 0x1a:
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, byte(c))
		}
	}
	return b
}

// bytes: protocols 0 and 2 have no opcode for them.
func (w *writer) bytes(b []byte) {
	w.once(len(b) <= 1, "bytes "+string(b), func() {
		switch size := uint64(len(b)); {
		case w.protocol < Protocol4 && size == 0:
			w.call(classBytes)
		case w.protocol < Protocol4:
			w.call("_codecs.encode", latin1(b), shared("latin1"))
		case size <= 0xff:
			w.payload([]byte{'C', byte(size)}, string(b))
			w.memoize()
		case size <= math.MaxUint32:
			w.payload(binary.LittleEndian.AppendUint32([]byte{'B'}, uint32(size)), string(b))
			w.memoize()
		default:
			w.fail(errSize)
		}
	})
}

func latin1(b []byte) string {
	runes := make([]rune, 0, len(b))
	for _, c := range b {
		runes = append(runes, rune(c))
	}
	return string(runes)
}
