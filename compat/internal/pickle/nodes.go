package pickle

import (
	"errors"
	"slices"

	"github.com/coatcheck-go/session/compat/python"
)

// kind is what a node becomes.
type kind byte

const (
	list kind = iota
	tuple
	dict // keys and values in turn
	set
	frozenset
	uuid // keys and values of its state
)

// A node holds other values while the machine runs: it may get more of them after
// it was put on the stack and in the memo.
type node struct {
	kind  kind
	items []any
	busy  bool // is being finished: to meet it again is a loop
}

var (
	errDepth = errors.New("pickle: nested too deeply")
	errLoop  = errors.New("pickle: a value contains itself")
	errKey   = errors.New("pickle: a dict's key or a set's item is of a kind that can't be one")
	errClass = errors.New("pickle: a class stands where a value should")
)

// extend adds items to the uppermost value, which must be of the kind.
func (r *reader) extend(k kind, items []any) {
	n, ok := r.top().(*node)
	if !ok || n.kind != k || k == dict && len(items)%2 != 0 {
		r.fail(errKind)
		return
	}
	n.items = append(n.items, items...)
}

// finish turns what the machine made into values. What is used in many places counts
// in each, so that a small pickle can't become a huge value.
func (r *reader) finish(v any) (any, error) {
	r.made = 0
	v = r.value(v, 0)
	return v, r.err
}

func (r *reader) value(v any, depth int) any {
	if r.count(); r.err != nil {
		return nil
	}
	switch v := v.(type) {
	case *node:
		return r.nested(v, depth)
	case class, zone:
		r.fail(errClass)
	}
	return v
}

func (r *reader) nested(n *node, depth int) any {
	switch {
	case n.busy:
		r.fail(errLoop)
		return nil
	case depth >= r.limits.Depth:
		r.fail(errDepth)
		return nil
	}
	n.busy = true
	values := make([]any, 0, len(n.items))
	for _, item := range n.items {
		values = append(values, r.value(item, depth+1))
		if r.err != nil {
			return nil
		}
	}
	n.busy = false
	return r.whole(n.kind, values)
}

// whole makes the value of a node of kind k from its finished values.
func (r *reader) whole(k kind, values []any) any {
	switch k {
	case list:
		return values
	case tuple:
		return python.Tuple(values)
	case dict:
		return r.dict(values)
	case uuid:
		return r.uuid(values)
	}
	if slices.ContainsFunc(values, changeable) {
		r.fail(errKey)
	}
	if k == set {
		return python.Set(values)
	}
	return python.FrozenSet(values)
}

func (r *reader) dict(values []any) *python.Dict {
	d := &python.Dict{}
	for i := 0; i < len(values); i += 2 {
		if !isKey(values[i]) {
			r.fail(errKey)
			return nil
		}
		d.Set(values[i], values[i+1])
	}
	return d
}

// changeable tells what can't be in a set.
func changeable(v any) bool {
	switch v.(type) {
	case []any, *python.Dict, python.Set:
		return true
	}
	return false
}

// isKey tells what can be a key of a python.Dict. Of what can be one in Python
// that is all that == compares by its value.
func isKey(v any) bool {
	switch v.(type) {
	case nil, bool, int64, float64, string, python.Date, python.UUID, python.Decimal, python.Markup:
		return true
	}
	return false
}
