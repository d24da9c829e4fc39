package djangosigning

import (
	"math"
	"strings"
)

const base62Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// appendBase62 spells n (signing.py, b62_encode).
func appendBase62(dst []byte, n int64) []byte {
	if n == 0 {
		return append(dst, '0')
	}
	var b [12]byte
	i := len(b)
	for rest := n; rest != 0; rest /= 62 {
		i--
		b[i] = base62Digits[abs(rest%62)]
	}
	if n < 0 {
		i--
		b[i] = '-'
	}
	return append(dst, b[i:]...)
}

// parseBase62 is the reverse (signing.py, b62_decode), zeros in front and "-"
// for 0 included; ok is false if s is no number or none that int64 holds.
func parseBase62(s string) (n int64, ok bool) {
	if s == "" {
		return 0, false
	}
	digits, negative := strings.CutPrefix(s, "-")
	for i := range len(digits) {
		d := strings.IndexByte(base62Digits, digits[i])
		if d < 0 || n > (math.MaxInt64-int64(d))/62 {
			return 0, false
		}
		n = n*62 + int64(d)
	}
	if negative {
		n = -n
	}
	return n, true
}

func abs(n int64) int64 { return max(n, -n) }
