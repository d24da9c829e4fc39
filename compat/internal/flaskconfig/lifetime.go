package flaskconfig

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

const (
	lifetime    = "PERMANENT_SESSION_LIFETIME"
	maxLifetime = 400 * 24 * time.Hour // that of package session
)

// Refresh returns SESSION_REFRESH_EACH_REQUEST.
func (r *Reader) Refresh() bool { return r.Bool("SESSION_REFRESH_EACH_REQUEST", true) }

// Lifetime returns PERMANENT_SESSION_LIFETIME, 0 for Flask's default.
func (r *Reader) Lifetime() time.Duration {
	var d time.Duration
	ok := true
	switch v := r.Value(lifetime).(type) {
	case nil:
		return 0
	case time.Duration:
		d = v
	case string:
		d, ok = timedelta(v)
	case bool:
		ok = false
	default:
		d, ok = seconds(fmt.Sprint(v))
	}
	switch {
	case !ok:
		r.Fail(lifetime, "must be seconds, or a timedelta as text")
	case d < time.Second || d > maxLifetime:
		r.Fail(lifetime, "must be from 1 second to 400 days")
	}
	return d
}

// seconds reads a number.
func seconds(text string) (time.Duration, bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) {
		return 0, false
	}
	f = min(max(f, 0), 2*maxLifetime.Seconds()) // either end is out of bounds
	return time.Duration(f * float64(time.Second)), true
}

// deltaForm is Python's str(timedelta).
var deltaForm = regexp.MustCompile(`^(?:(-?\d{1,9}) days?, )?(\d{1,2}):(\d\d):(\d\d(?:\.\d{1,6})?)$`)

// timedelta reads "31 days, 0:00:00" or "1:30:00", and plain seconds.
func timedelta(text string) (time.Duration, bool) {
	parts := deltaForm.FindStringSubmatch(text)
	if parts == nil {
		return seconds(text)
	}
	total := 0.0
	for i, unit := range []float64{24 * 60 * 60, 60 * 60, 60, 1} {
		n, _ := strconv.ParseFloat(parts[i+1], 64) // "" is 0 days
		total += n * unit
	}
	return seconds(strconv.FormatFloat(total, 'f', -1, 64))
}
