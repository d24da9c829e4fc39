package django

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unreadable is a setting whose repr is no literal: a function, a path, a lazy text.
type unreadable struct{}

var errLiteral = errors.New("no literal")

// A literal is read from the repr of Python values: text, numbers, True, False, None,
// and lists, tuples and dicts of those.
type literal struct {
	text string
	err  error
}

// readRepr returns the value: string, int64, float64, bool, nil, []any (of tuples, too) or
// map[string]any; unreadable for any other.
func readRepr(text string) any {
	l := literal{text: text}
	v := l.value(0)
	if l.space(); l.err != nil || l.text != "" {
		return unreadable{}
	}
	return v
}

func (l *literal) fail() any {
	l.err = errLiteral
	return nil
}

func (l *literal) space() { l.text = strings.TrimLeft(l.text, " \t\r\n") }

// take skips what comes next if it is s.
func (l *literal) take(s string) bool {
	l.space()
	rest, ok := strings.CutPrefix(l.text, s)
	l.text = rest
	return ok
}

var words = map[string]any{"True": true, "False": false, "None": nil}

func (l *literal) value(depth int) any {
	switch {
	case l.err != nil || depth > 50:
		return l.fail()
	case l.take("["):
		return l.list("]", depth)
	case l.take("("):
		return l.list(")", depth)
	case l.take("{"):
		return l.dict(depth)
	case strings.HasPrefix(l.text, "'"), strings.HasPrefix(l.text, `"`):
		return l.str()
	}
	n := strings.IndexAny(l.text+",", ",]})} :")
	word := l.text[:min(n, len(l.text))]
	l.text = l.text[len(word):]
	if v, ok := words[word]; ok {
		return v
	}
	return l.number(word)
}

func (l *literal) number(word string) any {
	if n, err := strconv.ParseInt(word, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return l.fail()
	}
	return f
}

// list reads up to end. A tuple of one has a comma at its end.
func (l *literal) list(end string, depth int) any {
	list := []any{}
	for l.err == nil && !l.take(end) {
		list = append(list, l.value(depth+1))
		if !l.take(",") && !strings.HasPrefix(l.text, end) {
			return l.fail()
		}
	}
	return list
}

// dict reads one with keys of text, or of numbers, which are kept as text. Others no
// setting has that matters here.
func (l *literal) dict(depth int) any {
	dict := map[string]any{}
	for l.err == nil && !l.take("}") {
		key := l.value(depth + 1)
		if !l.take(":") {
			return l.fail()
		}
		v := l.value(depth + 1)
		switch key.(type) {
		case string, int64:
			dict[fmt.Sprint(key)] = v
		}
		if !l.take(",") && !strings.HasPrefix(l.text, "}") {
			return l.fail()
		}
	}
	return dict
}

// escapes are the short ones of repr.
var escapes = map[byte]byte{'\\': '\\', '\'': '\'', '"': '"', 'n': '\n', 'r': '\r', 't': '\t'}

func (l *literal) str() any {
	quote, rest := l.text[0], l.text[1:]
	var b []byte
	for rest != "" {
		c := rest[0]
		rest = rest[1:]
		switch {
		case c == quote:
			l.text = rest
			return string(b)
		case c != '\\':
			b = append(b, c)
		default:
			var ok bool
			if b, rest, ok = unescape(b, rest); !ok {
				return l.fail()
			}
		}
	}
	return l.fail()
}

// unescape reads what follows a backslash.
func unescape(b []byte, rest string) (_ []byte, _ string, ok bool) {
	if rest == "" {
		return nil, "", false
	}
	if c, ok := escapes[rest[0]]; ok {
		return append(b, c), rest[1:], true
	}
	size := map[byte]int{'x': 2, 'u': 4, 'U': 8}[rest[0]]
	if size == 0 || len(rest) <= size {
		return nil, "", false
	}
	r, err := strconv.ParseUint(rest[1:1+size], 16, 31)
	return utf8.AppendRune(b, rune(r)), rest[1+size:], err == nil //nolint:gosec // 31 bits
}

// strs returns a list's items if all of them are text.
func strs(v any) (all []string, ok bool) {
	list, ok := v.([]any)
	for _, item := range list {
		text, isText := item.(string)
		all, ok = append(all, text), ok && isText
	}
	return slices.Clip(all), ok
}
