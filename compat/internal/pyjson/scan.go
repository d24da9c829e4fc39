package pyjson

import (
	"strings"
	"unicode/utf8"
)

// What is here goes over JSON as Python's json.loads takes it, NaN and Infinity too, and
// makes nothing of it: values that nobody asks for are never decoded. Each function is
// told where in the text something begins, and returns where it ends, or nowhere.
const nowhere = -1

// Valid reports whether text is one JSON value, in UTF-8.
func Valid(text string) bool {
	end := skipValue(text, 0, 0)
	return end != nowhere && skipSpace(text, end) == len(text) && utf8.ValidString(text)
}

func skipSpace(text string, i int) int {
	for i < len(text) {
		switch text[i] {
		case ' ', '\t', '\r', '\n':
			i++
		default:
			return i
		}
	}
	return i
}

// skipValue skips white space and a value, which is in so many lists and objects.
func skipValue(text string, i, depth int) int {
	if i = skipSpace(text, i); i == len(text) {
		return nowhere
	}
	switch c := text[i]; {
	case c == '"':
		return skipString(text, i)
	case c != '{' && c != '[':
		return skipWord(text, i)
	case depth == maxDepth:
		return nowhere
	case c == '{':
		return skipObject(text, i, depth+1, func(_, _ string) {})
	}
	return skipList(text, i, depth+1)
}

// begin skips the bracket of a list or an object, and the other one, end, if it follows;
// more is false then.
func begin(text string, i int, end byte) (next int, more bool) {
	if i = skipSpace(text, i+1); i < len(text) && text[i] == end {
		return i + 1, false
	}
	return i, true
}

// separate skips what follows a value in a list or an object: a comma, after which more
// is to come, or end.
func separate(text string, i int, end byte) (next int, more bool) {
	i = skipSpace(text, i)
	switch {
	case i == len(text):
	case text[i] == ',':
		return i + 1, true
	case text[i] == end:
		return i + 1, false
	}
	return nowhere, false
}

func skipList(text string, i, depth int) int {
	i, more := begin(text, i, ']')
	for more {
		if i = skipValue(text, i, depth); i == nowhere {
			return nowhere
		}
		i, more = separate(text, i, ']')
	}
	return i
}

// skipObject calls f with the text of each key, quotes included, and of its value.
func skipObject(text string, i, depth int, f func(key, value string)) int {
	i, more := begin(text, i, '}')
	for more {
		key := skipSpace(text, i)
		keyEnd := skipString(text, key)
		value := skipColon(text, keyEnd)
		if value == nowhere {
			return nowhere
		}
		if i = skipValue(text, value, depth); i == nowhere {
			return nowhere
		}
		f(text[key:keyEnd], text[value:i])
		i, more = separate(text, i, '}')
	}
	return i
}

// skipColon skips what is between a key, which may be nowhere, and its value.
func skipColon(text string, i int) int {
	if i == nowhere {
		return nowhere
	}
	if i = skipSpace(text, i); i == len(text) || text[i] != ':' {
		return nowhere
	}
	return skipSpace(text, i+1)
}

// skipString skips a string: no control characters, and escapes that are whole.
func skipString(text string, i int) int {
	if i == len(text) || text[i] != '"' {
		return nowhere
	}
	for i++; i < len(text) && text[i] >= ' '; {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			n := escapeLen(text[i:])
			if n == 0 {
				return nowhere
			}
			i += n
		default:
			i++
		}
	}
	return nowhere
}

// skipWord skips a number or one of the words.
func skipWord(text string, i int) int {
	rest := text[i:]
	if n := numberLen(rest); n > 0 {
		return i + n
	}
	for _, w := range [...]string{"true", "false", "null", "NaN", "Infinity", "-Infinity"} {
		if strings.HasPrefix(rest, w) {
			return i + len(w)
		}
	}
	return nowhere
}
