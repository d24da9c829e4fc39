package pickle

import (
	"errors"
	"math/big"
	"strings"

	"github.com/coatcheck-go/session/compat/python"
)

var errArguments = errors.New("pickle: a global has arguments that it doesn't have in Python's own pickles")

// wrong is the value of a maker whose arguments are wrong.
func (r *reader) wrong() any {
	r.fail(errArguments)
	return nil
}

// text1 returns the only argument, if it is a text.
func text1(args []any) (text string, ok bool) {
	if len(args) != 1 {
		return "", false
	}
	text, ok = args[0].(string)
	return text, ok
}

// noBytes: protocols 0 to 2 write b"" as bytes().
func noBytes(r *reader, args []any) any {
	if len(args) != 0 {
		return r.wrong()
	}
	return []byte{}
}

// encodeLatin1: protocols 0 to 2 write bytes as text of the same numbers.
func encodeLatin1(r *reader, args []any) any {
	if len(args) != 2 || args[1] != "latin1" {
		return r.wrong()
	}
	text, ok := args[0].(string)
	b := make([]byte, 0, len(text))
	for _, c := range text {
		ok = ok && c <= 0xff
		b = append(b, byte(c))
	}
	if !ok {
		return r.wrong()
	}
	return b
}

// setOf: protocols 0 to 3 write sets as set(list).
func setOf(k kind) maker {
	return func(r *reader, args []any) any {
		if len(args) != 1 {
			return r.wrong()
		}
		n, ok := args[0].(*node)
		if !ok || n.kind != list {
			return r.wrong()
		}
		return &node{kind: k, items: n.items}
	}
}

// orderedDict is a plain dict here, since ours keep their order. Python 3 adds the
// items after it; Python 2 had them in a list of pairs.
func orderedDict(r *reader, args []any) any {
	d := &node{kind: dict}
	if len(args) == 0 {
		return d
	}
	pairs, ok := args[0].(*node)
	if len(args) > 1 || !ok || pairs.kind != list {
		return r.wrong()
	}
	for _, item := range pairs.items {
		pair, ok := item.(*node)
		if !ok || len(pair.items) != 2 || pair.kind != list && pair.kind != tuple {
			return r.wrong()
		}
		d.items = append(d.items, pair.items...)
	}
	return d
}

func decimalOf(r *reader, args []any) any {
	text, ok := text1(args)
	if !ok || text == "" || len(text) > maxDigits || strings.Trim(text, "0123456789+-.EINafnitys") != "" {
		return r.wrong()
	}
	return python.Decimal(text)
}

func markup(r *reader, args []any) any {
	text, ok := text1(args)
	if !ok {
		return r.wrong()
	}
	return python.Markup(text)
}

// newUUID makes a UUID that gets its state by BUILD.
func newUUID(r *reader, args []any) any {
	if len(args) != 0 {
		return r.wrong()
	}
	return &node{kind: uuid}
}

// safeUUID has no meaning for a value that was saved.
func safeUUID(*reader, []any) any { return nil }

// uuid reads a UUID's state: its number, and perhaps is_safe.
func (r *reader) uuid(state []any) any {
	for i := 0; i < len(state); i += 2 {
		if state[i] != "int" {
			continue
		}
		if u, ok := uuidOf(state[i+1]); ok {
			return u
		}
	}
	return r.wrong()
}

func uuidOf(number any) (u python.UUID, ok bool) {
	n, _ := number.(*big.Int)
	if small, ok := number.(int64); ok {
		n = big.NewInt(small)
	}
	if n == nil || n.Sign() < 0 || n.BitLen() > 8*len(u) {
		return u, false
	}
	n.FillBytes(u[:])
	return u, true
}

// reconstruct is how protocols 0 and 1 make objects: class, its base, and the base's
// value.
func reconstruct(r *reader, args []any) any {
	if len(args) != 3 {
		return r.wrong()
	}
	switch {
	case args[0] == classUUID && args[1] == classObject && args[2] == nil:
		return newUUID(r, nil)
	case args[1] == classStr && (args[0] == classMarkup || isDjangoText(args[0])):
		return markup(r, args[2:])
	}
	return r.wrong()
}
