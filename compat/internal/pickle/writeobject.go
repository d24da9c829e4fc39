package pickle

import (
	"math/big"
	"strings"
	"time"

	"github.com/coatcheck-go/session/compat/python"
)

// shared is a text that is a constant of Python's, which it has only once.
type shared string

// rarer writes what any didn't.
func (w *writer) rarer(v any) {
	switch v := v.(type) {
	case int64:
		w.int(v)
	case *big.Int:
		w.bigInt(v)
	case python.Set:
		w.set(v)
	case python.FrozenSet:
		w.frozenset(v)
	case python.Decimal:
		w.call("decimal.Decimal", string(v))
	case python.Markup:
		w.object(classMarkup, classStr, string(v))
	case python.UUID:
		w.uuid(v)
	case class:
		w.global(v)
	case shared:
		w.once(true, "shared "+string(v), func() { w.unicode(string(v)); w.memoize() })
	default:
		w.moment(v)
	}
}

// moment writes dates, times, and zones.
func (w *writer) moment(v any) {
	switch v := v.(type) {
	case time.Time:
		w.aware(v)
	case python.Naive:
		w.datetime(v.Time)
	case python.Date:
		w.date(v)
	case time.Duration:
		w.timedelta(v)
	case offset:
		w.offset(v)
	default:
		w.fail(unsupported(v))
	}
}

func (w *writer) bigInt(n *big.Int) {
	switch {
	case n == nil:
		w.op('N')
	case n.IsInt64():
		w.int(n.Int64())
	default:
		w.long(n)
	}
}

// call writes a call of c, whose value is put into the memo.
func (w *writer) call(c class, args ...any) {
	w.save(c)
	w.save(python.Tuple(args))
	w.op('R')
	w.memoize()
}

// object writes an instance of c, which is a kind of base.
func (w *writer) object(c, base class, args ...any) {
	if w.protocol >= Protocol2 {
		w.save(c)
		w.save(python.Tuple(args))
		w.op(0x81)
		w.memoize()
		return
	}
	if len(args) == 0 {
		args = []any{nil}
	}
	w.call(classReconstruct, c, base, args[0])
}

func (w *writer) uuid(u python.UUID) {
	w.object(classUUID, classObject)
	state := &python.Dict{}
	state.Set(shared("int"), new(big.Int).SetBytes(u[:]))
	w.save(state)
	w.op('b')
}

// global writes a class by its name.
func (w *writer) global(c class) {
	w.once(true, "class "+string(c), func() {
		dot := strings.LastIndexByte(string(c), '.')
		module, name := string(c[:dot]), string(c[dot+1:])
		if w.protocol >= Protocol4 {
			w.save(shared(module))
			w.save(name)
			w.op(0x93)
		} else {
			module, name = oldName(module, name)
			w.op([]byte("c" + module + "\n" + name + "\n")...)
		}
		w.memoize()
	})
}

// oldName is what Python 2 called it, which protocols 0 to 2 say.
func oldName(module, name string) (oldModule, oldName string) {
	for old, c := range oldNames {
		if c == class(module+"."+name) {
			oldModule, oldName, _ = strings.Cut(string(old), ".")
			return oldModule, oldName
		}
	}
	return module, name
}
