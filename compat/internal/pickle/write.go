package pickle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/coatcheck-go/session/compat/python"
)

// Protocols that Append writes. Python 3 reads all of them, Python 2 up to 2.
const (
	Protocol0 = 0 // text
	Protocol2 = 2
	Protocol4 = 4 // Python's own choice from 3.8 on
	Protocol5 = 5 // the newest; for the values here it differs by its number only
)

var errProtocol = errors.New("pickle: no such protocol to write")

// Append appends the pickle of v to dst: the bytes that CPython writes for that
// value, if no part of it is used twice. v is of the types of package python's table,
// with any *big.Int; those in its lists, dicts and so on, too. Errors: another type,
// text that isn't UTF-8, a value deeper than 200 levels, a time with an offset
// of parts of a second or a year that Python doesn't have, another protocol. They
// don't tell values.
func Append(dst []byte, v any, protocol int) ([]byte, error) {
	switch protocol {
	case Protocol0, Protocol2, Protocol4, Protocol5:
	default:
		return nil, errProtocol
	}
	w := writer{out: dst, protocol: protocol, frame: noFrame, shared: map[string]int{}}
	if protocol > 0 {
		w.out = append(w.out, 0x80, byte(protocol))
	}
	w.framing = protocol >= Protocol4
	w.save(v)
	w.op('.')
	w.closeFrame()
	return w.out, w.err
}

// A writer is CPython's Pickler for the values of this package. Its methods
// have the names that they have there.
type writer struct {
	out      []byte
	protocol int
	framing  bool
	frame    int            // where the open frame begins, or noFrame
	memo     int            // how many values are in the memo
	shared   map[string]int // memo numbers of what Python has only once, see once
	depth    int
	err      error
}

func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// binary tells that opcodes are followed by numbers, not by lines.
func (w *writer) binary() bool { return w.protocol > 0 }

// save writes any value.
func (w *writer) save(v any) {
	if w.err != nil {
		return
	}
	if w.depth++; w.depth > maxDepth+1 {
		w.fail(errDepth)
		return
	}
	w.boundary()
	w.any(v)
	w.depth--
}

func (w *writer) any(v any) {
	switch v := v.(type) {
	case nil:
		w.op('N')
	case bool:
		w.bool(v)
	case float64:
		w.float(v)
	case string:
		w.str(v)
	case []byte:
		w.bytes(v)
	case []any:
		w.list(v)
	case python.Tuple:
		w.tuple(v)
	case *python.Dict:
		w.dict(v)
	default:
		w.rarer(v)
	}
}

func (w *writer) str(s string) {
	if !utf8.ValidString(s) {
		w.fail(errText)
		return
	}
	w.once(isSmall(s), "str "+s, func() { w.unicode(s); w.memoize() })
}

// isSmall tells of which texts Python has each only once: those of no or of one
// Latin-1 character.
func isSmall(s string) bool {
	c, size := utf8.DecodeRuneInString(s)
	return size == len(s) && c <= 0xff || s == ""
}

// once writes by write what isn't in the memo; where only one is, so that Python
// would find it in the memo, only the first time.
func (w *writer) once(only bool, name string, write func()) {
	if i, ok := w.shared[name]; ok {
		w.get(i)
		return
	}
	write()
	if only {
		w.shared[name] = w.memo - 1
	}
}

// memoize puts the value written last into the memo.
func (w *writer) memoize() {
	switch i := w.memo; {
	case w.protocol >= Protocol4:
		w.op(0x94)
	case !w.binary():
		w.op(fmt.Appendf([]byte{'p'}, "%d\n", i)...)
	case i <= 0xff:
		w.op('q', byte(i))
	default:
		w.op(binary.LittleEndian.AppendUint32([]byte{'r'}, uint32(i))...) //nolint:gosec // memory ends before
	}
	w.memo++
}

func (w *writer) get(i int) {
	switch {
	case !w.binary():
		w.op(fmt.Appendf([]byte{'g'}, "%d\n", i)...)
	case i <= 0xff:
		w.op('h', byte(i))
	default:
		w.op(binary.LittleEndian.AppendUint32([]byte{'j'}, uint32(i))...) //nolint:gosec // memory ends before
	}
}

func unsupported(v any) error { return fmt.Errorf("pickle: can't write %T", v) }
