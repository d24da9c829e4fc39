package pyjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/coatcheck-go/session/compat/python"
)

// maxDigits is how long an integer may be, as in Python.
const maxDigits = 4300

var errKey = errors.New("JSON has no such key")

// ReadPython returns the value of JSON text in the types of package python's table: a
// dict keeps its order, and a number is an int or a float, as Python tells them
// apart. The error doesn't quote the text.
func ReadPython(text string) (any, error) {
	p := parser{text: text, python: true, ok: utf8.ValidString(text)}
	v := p.value()
	if p.space(); !p.ok || p.at < len(text) {
		return nil, errSyntax
	}
	return v, nil
}

// typed is what a number becomes.
func (p *parser) typed(n json.Number) any {
	if !p.python {
		return n
	}
	if strings.ContainsAny(string(n), ".eEnN") {
		f, err := strconv.ParseFloat(string(n), 64) // of NaN and Infinity, too
		if err != nil && !math.IsInf(f, 0) {
			return p.fail()
		}
		return f
	}
	if i, err := n.Int64(); err == nil {
		return i
	}
	i, ok := new(big.Int).SetString(string(n), 10)
	if !ok || len(n) > maxDigits {
		return p.fail()
	}
	return i
}

// dict writes a Python dict in its own order.
func (s Style) dict(dst []byte, d *python.Dict, depth int) (_ []byte, err error) {
	dst = append(dst, '{')
	first := true
	for key, v := range d.All() {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		if dst, err = s.key(dst, key); err != nil {
			return nil, err
		}
		if dst, err = s.value(append(dst, ':'), v, depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// key writes a key of a Python dict: json.dumps makes text of numbers, bools and None.
func (s Style) key(dst []byte, key any) ([]byte, error) {
	switch key := key.(type) {
	case string:
		return s.AppendString(dst, key)
	case nil, bool, int64, float64, *big.Int:
		text, err := s.Append(nil, key)
		if err != nil {
			return nil, err
		}
		return s.AppendString(dst, string(text))
	}
	return nil, fmt.Errorf("%w: %T", errKey, key)
}
