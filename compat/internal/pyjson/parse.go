package pyjson

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/coatcheck-go/session/compat/python"
)

// A parser reads UTF-8 text into any: as encoding/json does with UseNumber, in a
// quarter of the time, and with Python's NaN, Infinity and -Infinity, which become
// a [json.Number] of that text. ok becomes false at the first error.
type parser struct {
	text   string
	at     int
	depth  int
	python bool // make Python's types, see ReadPython
	ok     bool
}

func parse(text []byte) (v any, ok bool) {
	p := parser{text: string(text), ok: true}
	v = p.value()
	if p.space(); p.at < len(p.text) {
		p.ok = false
	}
	return v, p.ok
}

func (p *parser) fail() any {
	p.ok = false
	return nil
}

func (p *parser) space() { p.at = skipSpace(p.text, p.at) }

// peek returns the next byte after white space, 0 at the end.
func (p *parser) peek() byte {
	p.space()
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

// take skips c, if it is next.
func (p *parser) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.at++
	return true
}

func (p *parser) word(w string) bool {
	if !strings.HasPrefix(p.text[p.at:], w) {
		return false
	}
	p.at += len(w)
	return true
}

func (p *parser) value() any {
	switch p.peek() {
	case '{':
		return p.nested(p.object)
	case '[':
		return p.nested(p.list)
	case '"':
		return p.str()
	}
	switch {
	case p.word("null"):
		return nil
	case p.word("true"):
		return true
	case p.word("false"):
		return false
	}
	return p.number()
}

func (p *parser) nested(read func() any) any {
	if p.depth++; p.depth > maxDepth {
		return p.fail()
	}
	p.at++
	v := read()
	p.depth--
	return v
}

func (p *parser) list() any {
	if p.take(']') {
		return []any{}
	}
	list := make([]any, 0, 4)
	for p.ok {
		list = append(list, p.value())
		if p.take(']') {
			return list
		}
		p.ok = p.ok && p.take(',')
	}
	return nil
}

func (p *parser) object() any {
	if p.python {
		dict := &python.Dict{}
		p.members(func(key string, value any) { dict.Set(key, value) })
		return dict
	}
	object := map[string]any{}
	p.members(func(key string, value any) { object[key] = value })
	return object
}

// members calls f with each key of an object and its value.
func (p *parser) members(f func(key string, value any)) {
	if p.take('}') {
		return
	}
	for p.ok {
		if p.peek() != '"' {
			p.fail()
			return
		}
		key := p.str()
		p.ok = p.ok && p.take(':')
		f(key, p.value())
		if p.take('}') {
			return
		}
		p.ok = p.ok && p.take(',')
	}
}

// str reads a string. One without escapes is a piece of the text.
func (p *parser) str() string {
	start := p.at + 1
	for i := start; i < len(p.text) && p.text[i] >= ' '; i++ {
		switch p.text[i] {
		case '"':
			p.at = i + 1
			return p.text[start:i]
		case '\\':
			return p.escaped(start, i)
		}
	}
	p.fail()
	return ""
}

// escaped reads the string that begins at start and has its first escape at i. A
// lone surrogate becomes U+FFFD, as in encoding/json: UTF-8 has no form of it.
func (p *parser) escaped(start, i int) string {
	b := []byte(p.text[start:i])
	for i < len(p.text) && p.text[i] >= ' ' {
		if p.text[i] == '"' {
			p.at = i + 1
			return string(b)
		}
		n := escapeLen(p.text[i:])
		if n == 0 {
			break
		}
		if n > 1 {
			r, m := next(p.text[i:])
			b, n = utf8.AppendRune(b, r), m
		} else {
			b = append(b, p.text[i])
		}
		i += n
	}
	p.fail()
	return ""
}

// escapeLen is how long the escape is that s begins with, before a low surrogate; 1
// if it begins with a plain byte, and 0 if what follows the backslash is wrong.
func escapeLen(s string) int {
	switch {
	case s[0] != '\\':
		return 1
	case len(s) > 1 && long[s[1]] != 0:
		return 2
	case len(s) > 6 && s[1] == 'u' && strings.Trim(s[2:6], "0123456789abcdefABCDEF") == "":
		return 6
	}
	return 0
}

// number reads a number, or one of the words that Python has for what is none.
func (p *parser) number() any {
	n := numberLen(p.text[p.at:])
	if n == 0 {
		return p.noNumber()
	}
	start := p.at
	p.at += n
	return p.typed(json.Number(p.text[start:p.at]))
}

func (p *parser) noNumber() any {
	for _, w := range []string{"NaN", "Infinity", "-Infinity"} {
		if p.word(w) {
			return p.typed(json.Number(w))
		}
	}
	return p.fail()
}
