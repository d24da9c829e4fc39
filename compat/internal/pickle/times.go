package pickle

import (
	"math"
	"time"

	"github.com/coatcheck-go/session/compat/python"
)

// A zone is the value of a datetime.timezone: there is none in package python, for
// nobody keeps one alone in a session.
type zone struct{ *time.Location }

func pytzUTC(r *reader, args []any) any {
	if len(args) != 0 {
		return r.wrong()
	}
	return zone{time.UTC}
}

// timezone has an offset and perhaps a name.
func timezone(r *reader, args []any) any {
	if len(args) == 0 || len(args) > 2 {
		return r.wrong()
	}
	offset, ok := args[0].(time.Duration)
	name := ""
	if len(args) == 2 {
		var named bool
		name, named = args[1].(string)
		ok = ok && named
	}
	if !ok || offset%time.Second != 0 || offset.Abs() >= 24*time.Hour {
		return r.wrong()
	}
	if offset == 0 {
		return zone{time.UTC}
	}
	return zone{time.FixedZone(name, int(offset/time.Second))}
}

const (
	perDay  = 24 * time.Hour
	maxDays = math.MaxInt64/int64(perDay) - 1 // so that no sum can pass a time.Duration
)

// timedelta has days, seconds and microseconds. One of more than the 292 years
// that a time.Duration can be is an error.
func timedelta(r *reader, args []any) any {
	if len(args) != 3 {
		return r.wrong()
	}
	days, okDays := args[0].(int64)
	seconds, okSeconds := args[1].(int64)
	micros, okMicros := args[2].(int64)
	if !okDays || !okSeconds || !okMicros || days > maxDays || days < -maxDays ||
		seconds < 0 || seconds >= 86400 || micros < 0 || micros >= 1e6 {
		return r.wrong()
	}
	return time.Duration(days)*perDay + time.Duration(seconds)*time.Second + time.Duration(micros)*time.Microsecond
}

// date has four bytes: the year, big-endian, month and day.
func date(r *reader, args []any) any {
	if len(args) != 1 {
		return r.wrong()
	}
	b, _ := args[0].([]byte)
	if len(b) != 4 {
		return r.wrong()
	}
	d := python.Date{Year: int(b[0])<<8 | int(b[1]), Month: time.Month(b[2]), Day: int(b[3])}
	at := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	if d.Year == 0 || d.Year > 9999 || at.Month() != d.Month || at.Day() != d.Day {
		return r.wrong()
	}
	return d
}

// fold is set in the month of the second of two equal times when clocks are put
// back. It says nothing without rules for a zone.
const fold = 0x80

// datetime has ten bytes, a date's four, hour, minute, second and microseconds in
// three, and perhaps a zone.
func datetime(r *reader, args []any) any {
	if len(args) == 0 || len(args) > 2 {
		return r.wrong()
	}
	b, _ := args[0].([]byte)
	if len(b) != 10 || b[4] > 23 || b[5] > 59 || b[6] > 59 {
		return r.wrong()
	}
	d, ok := date(r, []any{[]byte{b[0], b[1], b[2] &^ fold, b[3]}}).(python.Date)
	micros := int(b[7])<<16 | int(b[8])<<8 | int(b[9])
	if !ok || micros >= 1e6 {
		return r.wrong()
	}
	at := func(l *time.Location) time.Time {
		return time.Date(d.Year, d.Month, d.Day, int(b[4]), int(b[5]), int(b[6]), 1000*micros, l)
	}
	if len(args) == 1 {
		return python.Naive{Time: at(time.UTC)}
	}
	z, ok := args[1].(zone)
	if !ok {
		return r.wrong()
	}
	return at(z.Location)
}
