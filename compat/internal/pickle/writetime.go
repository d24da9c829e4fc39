package pickle

import (
	"errors"
	"time"

	"github.com/coatcheck-go/session/compat/python"
)

var errTime = errors.New("pickle: Python has no such time")

// offset is a datetime.timezone.
type offset time.Duration

// utc is the one offset that Python has only once.
const utc offset = 0

// aware writes a time with its zone, which is its offset: the name and the rules of
// the zone are not kept.
func (w *writer) aware(t time.Time) {
	_, seconds := t.Zone()
	w.datetime(t, offset(time.Duration(seconds)*time.Second))
}

func (w *writer) datetime(t time.Time, zone ...any) {
	if t.Year() < 1 || t.Year() > 9999 {
		w.fail(errTime)
		return
	}
	micros := t.Nanosecond() / 1000
	b := append(dateBytes(t.Date()), byte(t.Hour()), byte(t.Minute()), byte(t.Second()),
		byte(micros>>16), byte(micros>>8), byte(micros))
	w.call("datetime.datetime", append([]any{b}, zone...)...)
}

func (w *writer) date(d python.Date) {
	if d.Year < 1 || d.Year > 9999 {
		w.fail(errTime)
		return
	}
	w.call("datetime.date", dateBytes(d.Year, d.Month, d.Day))
}

func dateBytes(year int, month time.Month, day int) []byte {
	return []byte{byte(year >> 8), byte(year), byte(month), byte(day)}
}

// timedelta: days may be negative, seconds and microseconds not.
func (w *writer) timedelta(d time.Duration) {
	days, rest := int64(d/perDay), d%perDay
	if rest < 0 {
		days, rest = days-1, rest+perDay
	}
	if days < -maxDays || days > maxDays {
		w.fail(errTime)
		return
	}
	w.call("datetime.timedelta", days, int64(rest/time.Second), int64(rest%time.Second/time.Microsecond))
}

func (w *writer) offset(o offset) {
	w.once(o == utc, "utc", func() { w.call("datetime.timezone", time.Duration(o)) })
}
