package pyjson

import (
	"bytes"
	"encoding/json"
	"io"
	"unicode/utf8"
)

// Read decodes text into v as [json.Unmarshal] does, but numbers that go into an
// any keep their text as [json.Number]; into an any itself, Python's NaN and
// Infinity are read, too. The error doesn't quote the text.
func Read(text []byte, v any) error {
	if !utf8.Valid(text) {
		return errUTF8
	}
	if into, ok := v.(*any); ok && into != nil {
		value, ok := parse(text)
		if !ok {
			return errSyntax
		}
		*into = value
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if d.Decode(v) != nil {
		return errSyntax
	}
	if _, err := d.Token(); err != io.EOF {
		return errSyntax
	}
	return nil
}

// ReadString returns the text of a JSON string. The error doesn't quote it.
func ReadString(text string) (string, error) {
	p := parser{text: text, ok: utf8.ValidString(text)}
	if p.peek() != '"' {
		return "", errSyntax
	}
	s := p.str()
	if p.space(); !p.ok || p.at < len(text) {
		return "", errSyntax
	}
	return s, nil
}
