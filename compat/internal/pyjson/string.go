package pyjson

import (
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

var errUTF8 = errors.New("text is not UTF-8")

// AppendString appends s as a JSON string. The error is for text that isn't UTF-8.
func (st Style) AppendString(dst []byte, s string) ([]byte, error) {
	dst = append(dst, '"')
	for len(s) > 0 {
		n := plain(s)
		dst = append(dst, s[:n]...)
		if s = s[n:]; s == "" {
			break
		}
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			return nil, errUTF8
		}
		dst = st.char(dst, r)
		s = s[n:]
	}
	return append(dst, '"'), nil
}

// plain is how much s begins with that is itself in any JSON.
func plain(s string) int {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
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
