package pyjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
)

var errNumber = errors.New("json.Number is no number")

// appendFloat spells f as float.__repr__ does: the shortest digits that give f
// again, with an exponent from 1e+16 up and from 1e-05 down.
func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, bits)
	}
	n := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
	if bytes.IndexByte(dst[n:], '.') < 0 {
		dst = append(dst, ".0"...)
	}
	return dst
}

// appendNumber keeps the text.
func appendNumber(dst []byte, n json.Number) ([]byte, error) {
	switch n {
	case "NaN", "Infinity", "-Infinity":
	default:
		if l := numberLen(string(n)); l == 0 || l < len(n) {
			return nil, errNumber
		}
	}
	return append(dst, n...), nil
}

// numberLen is how long the JSON number is that s begins with, 0 if it begins with
// none.
func numberLen(s string) int {
	n := 0
	if n < len(s) && s[n] == '-' {
		n++
	}
	whole := digits(s[n:])
	if whole == 0 || whole > 1 && s[n] == '0' {
		return 0
	}
	n += whole
	if n < len(s) && s[n] == '.' {
		d := digits(s[n+1:])
		if d == 0 {
			return 0
		}
		n += 1 + d
	}
	return exponent(s, n)
}

// exponent returns where the exponent that may begin at n ends, 0 if it is wrong.
func exponent(s string, n int) int {
	if n == len(s) || s[n]|0x20 != 'e' {
		return n
	}
	n++
	if n < len(s) && (s[n] == '+' || s[n] == '-') {
		n++
	}
	d := digits(s[n:])
	if d == 0 {
		return 0
	}
	return n + d
}

// digits is how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
