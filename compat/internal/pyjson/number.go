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
		return append(dst, n...), nil
	}
	if n == "" || n[0] != '-' && (n[0] < '0' || n[0] > '9') || !json.Valid([]byte(n)) {
		return nil, errNumber
	}
	return append(dst, n...), nil
}
