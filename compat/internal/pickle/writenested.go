package pickle

import (
	"slices"

	"github.com/coatcheck-go/session/compat/python"
)

// batch is how many items one opcode adds.
const batch = 1000

func (w *writer) saveAll(values []any) {
	for _, v := range values {
		w.save(v)
	}
}

// open writes the opcode of an empty container.
func (w *writer) open(binary byte, text ...byte) {
	if w.binary() {
		w.op(binary)
	} else {
		w.op(text...)
	}
	w.memoize()
}

func (w *writer) list(items []any) {
	w.open(']', '(', 'l')
	switch {
	case !w.binary():
		for _, item := range items {
			w.save(item)
			w.op('a')
		}
	case len(items) == 1:
		w.save(items[0])
		w.op('a')
	default:
		for part := range slices.Chunk(items, batch) {
			w.op('(')
			w.saveAll(part)
			w.op('e')
		}
	}
}

func (w *writer) tuple(items []any) {
	switch n := len(items); {
	case n == 0 && w.binary():
		w.op(')')
		return
	case n == 0:
		w.op('(', 't')
		return
	case n <= 3 && w.protocol >= Protocol2:
		w.saveAll(items)
		w.op(0x85 + byte(n-1))
	default:
		w.op('(')
		w.saveAll(items)
		w.op('t')
	}
	w.memoize()
}

func (w *writer) dict(d *python.Dict) {
	w.open('}', '(', 'd')
	inBatch := 0
	if w.binary() && d.Len() > 1 {
		w.op('(')
	}
	for key, value := range d.All() {
		w.save(key)
		w.save(value)
		if !w.binary() || d.Len() == 1 {
			w.op('s')
		} else if inBatch++; inBatch == batch { // the next may be empty, as CPython's is
			w.op('u', '(')
			inBatch = 0
		}
	}
	if w.binary() && d.Len() > 1 {
		w.op('u')
	}
}

func (w *writer) set(items []any) {
	if w.protocol < Protocol4 {
		w.call("builtins.set", items)
		return
	}
	w.op(0x8f)
	w.memoize()
	if len(items) == 0 {
		return
	}
	w.op('(')
	for i, item := range items {
		w.save(item)
		if (i+1)%batch == 0 { // the next may be empty, as CPython's is
			w.op(0x90, '(')
		}
	}
	w.op(0x90)
}

func (w *writer) frozenset(items []any) {
	if w.protocol < Protocol4 {
		w.call("builtins.frozenset", items)
		return
	}
	w.op('(')
	w.saveAll(items)
	w.op(0x91)
	w.memoize()
}
