package django

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
	"github.com/coatcheck-go/session/compat/python"
)

// An expiry is what _session_expiry says, with the settings put in where it says
// nothing.
type expiry struct {
	age        time.Duration // from the last change on; not with until
	until      time.Time
	persistent bool // the cookie outlives the browser
}

var errExpiry = errors.New("django: _session_expiry is of none of the forms that Django reads")

// readExpiry reads the JSON of _session_expiry, "" for none: seconds, 0 for a cookie
// that goes with the browser, or a time in ISO form.
func (o Options) readExpiry(raw string) (expiry, error) {
	switch raw {
	case "", "null":
		return expiry{age: o.CookieAge, persistent: !o.BrowserClose}, nil
	case `""`, "true", "false":
		return expiry{}, errExpiry
	}
	if raw[0] == '"' {
		return o.readISO(raw)
	}
	seconds, err := strconv.ParseFloat(raw, 64)
	switch {
	case err != nil || math.IsNaN(seconds):
		return expiry{}, errExpiry
	case seconds == 0:
		return expiry{age: o.CookieAge}, nil
	}
	most := float64(math.MaxInt64 / 2)
	return expiry{age: time.Duration(max(min(seconds*1e9, most), -most)), persistent: true}, nil
}

// isoLayouts are those of datetime.isoformat, and with a blank, as of str.
var isoLayouts = []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02"}

func (o Options) readISO(raw string) (expiry, error) {
	var text string
	if err := pyjson.Read([]byte(raw), &text); err != nil {
		return expiry{}, errExpiry
	}
	zone := o.Zone
	if zone == nil {
		zone = time.UTC
	}
	for _, layout := range isoLayouts {
		if t, err := time.ParseInLocation(layout, strings.Replace(text, " ", "T", 1), zone); err == nil {
			return expiry{until: t, persistent: true}, nil
		}
	}
	return expiry{}, errExpiry
}

// writeExpiry returns the JSON of _session_expiry, "" for none.
func (o Options) writeExpiry(x expiry) string {
	switch {
	case !x.until.IsZero():
		zone := o.Zone
		if zone == nil {
			zone = time.UTC
		}
		return `"` + isoTime(x.until.In(zone).Truncate(time.Microsecond), o.Zone == nil) + `"`
	case x.age == o.CookieAge && x.persistent == !o.BrowserClose:
		return ""
	case !x.persistent:
		return "0"
	}
	return strconv.FormatInt(int64(x.age/time.Second), 10)
}

// datetime is t as Python has it: aware, or with Zone naive.
func (o Options) datetime(t time.Time) any {
	if o.Zone == nil {
		return t.UTC().Truncate(time.Microsecond)
	}
	t = t.In(o.Zone)
	return python.Naive{Time: time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000*1000, time.UTC)}
}

// apply sets what in s depends on x. Times run from s.Saved.
func (x expiry) apply(s *session.Snapshot) {
	s.Started, s.Idle, s.Lifetime, s.Until, s.Persistent = s.Saved, 0, x.age, x.until, x.persistent
	if !x.until.IsZero() {
		s.Lifetime = max(x.until.Sub(s.Started), 0)
	}
	s.Expires = s.Started.Add(s.Lifetime)
}

// expiryOf returns what s says of its end.
func (o Options) expiryOf(s *session.Snapshot) (expiry, error) {
	x := expiry{age: s.Lifetime, until: s.Until, persistent: s.Persistent}
	switch {
	case !s.Until.IsZero(): // set_expiry(a time); seconds would have removed it
		x.age = 0
	case s.Idle != 0: // set_expiry(seconds), of which Django begins anew at each change
		x.age = s.Idle
	}
	if !x.persistent && (x.age != o.CookieAge || !x.until.IsZero()) {
		return x, fmt.Errorf("a Django session that ends with the browser can't have a limit of its own: %w", errors.ErrUnsupported)
	}
	return x, nil
}

func (x expiry) equal(y expiry) bool {
	return x.age == y.age && x.until.Equal(y.until) && x.persistent == y.persistent
}
