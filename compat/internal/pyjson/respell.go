package pyjson

import (
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

var errSyntax = errors.New("not JSON")

// Respell appends JSON text in Python's spelling: no white space, Python's
// escapes; order and the text of numbers as they are. A lone surrogate stays
// escaped, for UTF-8 has no form of it.
func (s Style) Respell(dst, text []byte) ([]byte, error) {
	if !json.Valid(text) {
		return nil, errSyntax
	}
	if !utf8.Valid(text) {
		return nil, errUTF8
	}
	return s.respell(dst, string(text)), nil
}

// respell is Respell for what is valid.
func (s Style) respell(dst []byte, str string) []byte {
	for i := 0; i < len(str); {
		switch str[i] {
		case ' ', '\t', '\r', '\n':
			i++
		case '"':
			dst, i = s.respellString(dst, str, i+1)
		default:
			dst = append(dst, str[i])
			i++
		}
	}
	return dst
}

// respellString copies the string that begins at text[i] and returns where it
// ends. The text is valid.
func (s Style) respellString(dst []byte, text string, i int) ([]byte, int) {
	dst = append(dst, '"')
	for {
		n := plain(text[i:])
		dst = append(dst, text[i:i+n]...)
		if i += n; text[i] == '"' {
			return append(dst, '"'), i + 1
		}
		r, n := next(text[i:])
		dst = s.char(dst, r)
		i += n
	}
}

// next returns the character text begins with, escaped or not, and its length. An
// escape is whole, and something follows it.
func next(text string) (rune, int) {
	if text[0] != '\\' {
		return utf8.DecodeRuneInString(text)
	}
	if text[1] != 'u' {
		return long[text[1]], 2
	}
	hi := hex4(text[2:])
	if utf16.IsSurrogate(hi) && len(text) >= 12 && text[6:8] == `\u` {
		if r := utf16.DecodeRune(hi, hex4(text[8:])); r != utf8.RuneError {
			return r, 12
		}
	}
	return hi, 6
}

// long are the characters of the short escapes.
var long = map[byte]rune{
	'"': '"', '\\': '\\', '/': '/', 'n': '\n', 'r': '\r', 't': '\t', 'f': '\f', 'b': '\b',
}

func hex4(text string) rune {
	u, _ := strconv.ParseUint(text[:4], 16, 16) // 0 if these aren't four digits
	return rune(u)
}
