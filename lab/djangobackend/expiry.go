package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/python"
)

// expiryKey is Django's, for set_expiry.
const expiryKey = "_session_expiry"

// How soon a session ends that is to have ended already. A Session refuses a time that
// has passed, so it ends soon, and that is waited for once it is saved. A second is the
// least that ExpireAfter takes.
const (
	soon  = 300 * time.Millisecond
	least = time.Second
)

// setExpiry is Django's set_expiry; the value is None, seconds, or a time in ISO form. It
// reports whether that changes anything.
func setExpiry(ctx context.Context, v *visit, a args) (any, error) {
	if _, err := v.load(ctx); err != nil {
		return nil, err
	}
	before := v.expiry
	v.expiry, v.expires = a.Value, true
	if a.Value == "null" {
		v.expiry = ""
	}
	return before != "" || v.expiry != "", nil
}

// setExpiry makes s end as raw says, which is the JSON of a _session_expiry. wait is not
// zero if that has been already: s ends so long after it is saved.
func (p *place) setExpiry(s *session.Session, raw string) (wait time.Duration, err error) {
	now := time.Now()
	until, own, err := p.until(raw, now)
	past, seconds := !until.After(now), !strings.HasPrefix(raw, `"`)
	switch {
	case err != nil:
		return 0, err
	case raw == "":
		return 0, s.ExpireDefault()
	case !own:
		return 0, s.ExpireAtBrowserClose()
	case past && seconds:
		return least, s.ExpireAfter(least)
	case past:
		return soon, s.ExpireAt(now.Add(soon))
	case seconds:
		return 0, s.ExpireAfter(until.Sub(now))
	}
	return 0, s.ExpireAt(until)
}

// until is when a session ends that was changed at modified. own is false if it hasn't a
// limit of its own.
func (p *place) until(raw string, modified time.Time) (until time.Time, own bool, err error) {
	d, err := dictOf(expiryKey, raw)
	if err != nil {
		return until, false, err
	}
	signed, err := p.signer.Dumps(d)
	if err != nil {
		return until, false, err
	}
	if until, own = p.signer.Expiry(string(signed), modified); own {
		return until, true, nil
	}
	return modified.Add(p.age), false, nil
}

// dictOf is a dict with one value of the JSON raw, or with none for "".
func dictOf(name, raw string) (*python.Dict, error) {
	if raw == "" {
		return &python.Dict{}, nil
	}
	return django.JSON.Loads([]byte(fmt.Sprintf("{%q:%s}", name, raw)))
}

// An end is when a session ends, as Python has it.
type end struct {
	Age  float64 `json:"age"`  // seconds, whole ones before a time
	Date string  `json:"date"` // in ISO form
}

// getExpiry is Django's get_expiry_age and get_expiry_date, with their arguments.
func getExpiry(ctx context.Context, v *visit, a args) (any, error) {
	raw := a.Value
	if raw == "" {
		if _, err := v.load(ctx); err != nil {
			return nil, err
		}
		raw = v.expiry
	}
	modified, err := v.place.parse(a.Modification)
	if err != nil {
		return nil, err
	}
	until, _, err := v.place.until(raw, modified)
	if err != nil {
		return nil, err
	}
	left := until.Sub(modified).Seconds()
	if strings.HasPrefix(raw, `"`) {
		left = math.Floor(left)
	}
	return end{left, v.place.iso(until)}, nil
}

// getBrowserClose is Django's get_expire_at_browser_close.
func getBrowserClose(ctx context.Context, v *visit, _ args) (any, error) {
	if _, err := v.load(ctx); err != nil {
		return nil, err
	}
	s := v.place.manager.New(ctx) // the same question, and the settings of now
	if _, err := v.place.setExpiry(s, v.expiry); err != nil {
		return nil, err
	}
	return s.ExpiresAtBrowserClose()
}

// expiryOf returns the JSON of a session's _session_expiry, "" for none.
func (p *place) expiryOf(ctx context.Context, key string) (string, error) {
	d, err := p.engine.Decoded(ctx, key)
	if err != nil {
		return "", err
	}
	value, ok := d.Get(expiryKey)
	if !ok {
		return "", nil
	}
	alone := &python.Dict{}
	alone.Set("", value)
	raw, err := django.JSON.Dumps(alone) // {"":value}, with a time as text
	return strings.TrimSuffix(strings.TrimPrefix(string(raw), `{"":`), "}"), err
}

// iso is a time as Python's isoformat has it.
func (p *place) iso(t time.Time) string {
	if p.zone == nil {
		return t.UTC().Format("2006-01-02T15:04:05.000000-07:00")
	}
	return t.In(p.zone).Format("2006-01-02T15:04:05.000000")
}

// parse reads a time in ISO form.
func (p *place) parse(iso string) (time.Time, error) {
	if p.zone == nil {
		return time.Parse(time.RFC3339, iso)
	}
	return time.ParseInLocation("2006-01-02T15:04:05", iso, p.zone)
}
