package msgpack

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"time"
	"unicode/utf8"

	"github.com/coatcheck-go/session/compat/python"
)

// Append appends v to dst in the smallest form, as msgspec does. v is of the types of
// package python's table; those in its lists, dicts and so on, too. As in msgspec
// tuples and sets become arrays; UUIDs, decimals, markup, dates, timedeltas and times
// without a zone become text. Errors: another type, an integer of more than 64
// bits, text that isn't UTF-8, a value deeper than 200 levels. They don't tell values.
func Append(dst []byte, v any) ([]byte, error) {
	w := writer{out: dst}
	w.value(v)
	return w.out, w.err
}

type writer struct {
	out   []byte
	depth int
	err   error
}

func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) value(v any) {
	switch v := v.(type) {
	case nil:
		w.byte(codeNil)
	case bool:
		w.bool(v)
	case int64:
		w.int(v)
	case *big.Int:
		w.bigInt(v)
	case float64:
		w.out = binary.BigEndian.AppendUint64(append(w.out, codeFloat64), math.Float64bits(v))
	case string:
		w.text(v)
	case []byte:
		w.length(len(v), 0, -1, codeBin, 0)
		w.out = append(w.out, v...)
	default:
		w.nested(v)
	}
}

func (w *writer) nested(v any) {
	switch v := v.(type) {
	case []any:
		w.list(v)
	case python.Tuple:
		w.list(v)
	case python.Set:
		w.list(v)
	case python.FrozenSet:
		w.list(v)
	case *python.Dict:
		w.dict(v)
	case time.Time:
		w.time(v)
	default:
		text, ok := Spell(v)
		if !ok {
			w.fail(fmt.Errorf("msgpack: can't write %T", v))
			return
		}
		w.text(text)
	}
}

func (w *writer) text(s string) {
	if !utf8.ValidString(s) {
		w.fail(errText)
		return
	}
	w.length(len(s), codeFixStr, maxFixStr, codeStr, 0)
	w.out = append(w.out, s...)
}

// length writes the code for a value of length n: fix and n in one byte where n is
// at most maxFix, else code for a length of one byte, or of two if least is 1, and
// so on.
func (w *writer) length(n int, fix byte, maxFix int, code byte, least int) {
	switch {
	case n <= maxFix:
		w.byte(fix | byte(n)) //nolint:gosec // it is at most maxFix
	case n <= math.MaxUint8 && least == 0:
		w.sized(code, uint64(n), 1) //nolint:gosec // it is positive
	case n <= math.MaxUint16:
		w.sized(code+byte(1-least), uint64(n), 2) //nolint:gosec // 0 or 1
	case n <= math.MaxUint32:
		w.sized(code+byte(2-least), uint64(n), 4) //nolint:gosec // 1 or 2
	default:
		w.fail(errLength)
	}
}

// deeper calls write one level deeper.
func (w *writer) deeper(write func()) {
	if w.depth++; w.depth > maxDepth {
		w.fail(errDepth)
	}
	if w.err == nil {
		write()
	}
	w.depth--
}

func (w *writer) list(items []any) {
	w.length(len(items), codeFixArray, maxFix, codeArray, 1)
	w.deeper(func() {
		for _, item := range items {
			w.value(item)
		}
	})
}

func (w *writer) dict(d *python.Dict) {
	w.length(d.Len(), codeFixMap, maxFix, codeMap, 1)
	w.deeper(func() {
		for key, value := range d.All() {
			w.value(key)
			w.value(value)
		}
	})
}
