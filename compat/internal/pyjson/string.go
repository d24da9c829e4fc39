package pyjson

import (
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

var errUTF8 = errors.New("text is not UTF-8")

// text appends s as a JSON string.
func (st Style) text(dst []byte, s string) ([]byte, error) {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			dst = st.char(dst, rune(c))
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return nil, errUTF8
		}
		dst = st.char(dst, r)
		i += n
	}
	return append(dst, '"'), nil
}

// char appends one character of a string.
func (st Style) char(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf && short[r] != 0 {
		return append(dst, '\\', short[r])
	}
	switch {
	case r >= ' ' && r <= '~', !st.ASCII && r > '~' && !utf16.IsSurrogate(r):
		return utf8.AppendRune(dst, r)
	case r > 0xffff:
		hi, lo := utf16.EncodeRune(r)
		return unit(unit(dst, hi), lo)
	}
	return unit(dst, r)
}

// short are the escapes of two characters.
var short = [utf8.RuneSelf]byte{
	'"': '"', '\\': '\\', '\n': 'n', '\r': 'r', '\t': 't', '\f': 'f', '\b': 'b',
}

func unit(dst []byte, u rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[u>>12&15], hex[u>>8&15], hex[u>>4&15], hex[u&15])
}
