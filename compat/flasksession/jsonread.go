package flasksession

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/coatcheck-go/session/compat/python"
)

// readJSON reads one JSON value; dicts keep their order.
func readJSON(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, errJSON
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := readValue(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errJSON
	}
	return v, nil
}

func readValue(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	switch {
	case err != nil:
		return nil, errJSON // err may quote the text
	case depth > maxDepth:
		return nil, errDepth
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			return readList(d, depth)
		}
		return readDict(d, depth)
	case json.Number:
		return number(t)
	}
	return t, nil
}

func readList(d *json.Decoder, depth int) (any, error) {
	items := []any{}
	for d.More() {
		item, err := readValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, closed(d)
}

func readDict(d *json.Decoder, depth int) (any, error) {
	dict := &python.Dict{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, errJSON
		}
		v, err := readValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		dict.Set(key, v)
	}
	return dict, closed(d)
}

// closed reads the end of a list or dict.
func closed(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return errJSON
	}
	return nil
}

// number returns an int or a float, as Python tells them apart.
func number(n json.Number) (any, error) {
	switch n {
	case "NaN":
		return math.NaN(), nil
	case "Infinity":
		return math.Inf(1), nil
	case "-Infinity":
		return math.Inf(-1), nil
	}
	if strings.ContainsAny(string(n), ".eE") {
		f, err := n.Float64()
		if err != nil {
			return nil, errNumber
		}
		return f, nil
	}
	if i, err := n.Int64(); err == nil {
		return i, nil
	}
	if len(n) > maxDigits {
		return nil, errNumber
	}
	i, ok := new(big.Int).SetString(string(n), 10)
	if !ok {
		return nil, errNumber
	}
	return i, nil
}
