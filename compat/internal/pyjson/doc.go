// Package pyjson writes JSON byte for byte as Python's json.dumps does with
// separators=(",", ":"), and reads what it writes.
//
// The original: CPython Lib/json/encoder.py, Modules/_json.c, and float.__repr__.
package pyjson

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// A Style says which of json.dumps' spellings is wanted.
type Style struct {
	// ASCII is ensure_ascii=True: what isn't printable ASCII is written
	// \u00eb, beyond the basic plane as two surrogates.
	ASCII bool
}

// Append appends v to dst.
//
// Numbers: a float is spelled as Python's repr does, 1.0 or 1e+100; NaN and
// the infinities as NaN, Infinity, -Infinity; a [json.Number] keeps its text;
// integers may be of any size (*big.Int). Maps come in order of their keys. A
// [json.RawMessage], and what a json.Marshaler, a TextMarshaler or a struct gives
// by [json.Marshal], keeps its order and the text of its numbers.
//
// Errors: text that isn't UTF-8, a value deeper than 1,000 levels, a type JSON has
// no form for. They don't tell the value.
func (s Style) Append(dst []byte, v any) ([]byte, error) {
	return s.value(dst, v, 0)
}

const maxDepth = 1000

func unsupported(v any) error { return fmt.Errorf("can't write %T as JSON", v) }

// marshal writes what encoding/json makes of v.
func (s Style) marshal(dst []byte, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, unsupported(v) // err may quote the value
	}
	if !utf8.Valid(text) { // as what a json.Marshaler gives may be
		return nil, errUTF8
	}
	return s.respell(dst, string(text)), nil
}
