package msgpack

import (
	"fmt"
	"strings"
	"time"

	"github.com/coatcheck-go/session/compat/python"
)

// spelled writes what becomes text.
func (w *writer) spelled(v any) {
	switch v := v.(type) {
	case python.Markup:
		w.text(string(v))
	case python.Decimal:
		w.text(string(v))
	case python.UUID:
		w.text(v.String())
	case python.Naive:
		w.text(v.Format(microseconds(v.Time)))
	case python.Date:
		w.text(fmt.Sprintf("%04d-%02d-%02d", v.Year, v.Month, v.Day))
	case time.Duration:
		w.text(spellDuration(v))
	default:
		w.fail(fmt.Errorf("msgpack: can't write %T", v))
	}
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
