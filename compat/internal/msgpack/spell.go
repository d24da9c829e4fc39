package msgpack

import (
	"fmt"
	"strings"
	"time"

	"github.com/coatcheck-go/session/compat/python"
)

// Spell returns the text that msgspec writes, in MessagePack and in JSON, for a
// Python value that neither has a form for. ok is false for any other value.
func Spell(v any) (text string, ok bool) {
	switch v := v.(type) {
	case python.Markup:
		return string(v), true
	case python.Decimal:
		return string(v), true
	case python.UUID:
		return v.String(), true
	case python.Naive:
		return v.Format(microseconds(v.Time)), true
	case python.Date:
		return fmt.Sprintf("%04d-%02d-%02d", v.Year, v.Month, v.Day), true
	case time.Duration:
		return spellDuration(v), true
	}
	return "", false
}

// microseconds is a layout with six digits of the second's fraction, or none if that is zero.
func microseconds(t time.Time) string {
	if t.Nanosecond() < 1000 {
		return "2006-01-02T15:04:05"
	}
	return "2006-01-02T15:04:05.000000"
}

// spellDuration is ISO 8601 in days and seconds: P1DT2.5S.
func spellDuration(d time.Duration) string {
	micros := d.Microseconds()
	sign, n := "", uint64(micros) //nolint:gosec // the sign is taken off below
	if micros < 0 {
		sign, n = "-", -n
	}
	const perSecond, perDay = 1e6, 86400e6
	text := sign + "P"
	if days := n / perDay; days > 0 || n == 0 {
		text += fmt.Sprintf("%dD", days)
	}
	if n %= perDay; n == 0 {
		return text
	}
	text += fmt.Sprintf("T%d", n/perSecond)
	if fraction := n % perSecond; fraction > 0 {
		text += strings.TrimRight(fmt.Sprintf(".%06d", fraction), "0")
	}
	return text + "S"
}
