package djangostore

import (
	"errors"
	"strings"
	"time"
)

// A clock spells times as Django does on one database.
type clock struct {
	zone      *time.Location
	precision time.Duration
	suffix    string
}

var errTime = errors.New("a time is of another form than Django's")

// spell returns a time as Python's str does, which leaves parts of a second out where
// there are none. SQLite compares such texts.
func (c clock) spell(t time.Time) string {
	text := t.In(c.zone).Format("2006-01-02 15:04:05.000000")
	return strings.TrimSuffix(text, ".000000") + c.suffix
}

// until is when a time to live ends, and never earlier.
func (c clock) until(now time.Time, ttl time.Duration) time.Time {
	return now.Add(ttl + c.precision - 1).Truncate(c.precision)
}

// parse reads a time that a [Dialect] has turned into text.
func (c clock) parse(text string) (time.Time, error) {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", text, c.zone)
	if err != nil {
		return t, errTime
	}
	return t, nil
}
