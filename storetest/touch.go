package storetest

import (
	"time"

	"github.com/coatcheck-go/session"
)

const (
	ruleTouch        = "Touch sets the expiry of the record that is still old, and leaves its version."
	ruleTouchRefused = "ErrNotFound, ErrConflict: as Update."
)

// All but one of these hold for every store, since session.Touch knows what to
// do without the ability.
var touchCases = append([]testCase{
	{
		name: "touch/moves",
		rule: "Touch moves the expiry of the record under key, if it is still old, and returns its version.",
		f: func(c *check) {
			key, r := c.create(rec("one"))
			for _, d := range []time.Duration{2 * time.Hour, 400 * 24 * time.Hour, time.Minute} {
				r = c.touch(key, r, in(d))
				c.holds(key, r)
			}
			c.holds(key, c.update(key, r, rec("two")))
		},
	},
	{
		name: "touch/millisecond",
		rule: ruleExpires,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.holds(key, c.touch(key, r, in(2*time.Hour).Add(123*time.Millisecond)))
		},
	},
	{
		name:  "touch/version",
		rule:  ruleTouch,
		needs: []ability{toucher},
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.touch(key, r, in(2*time.Hour))
			got, err := c.a.Load(c.ctx, key)
			c.must("Load", err)
			if got.Version != r.Version {
				c.errorf("Version is %d after Touch, was %d", got.Version, r.Version)
			}
			if _, err := c.a.Update(c.ctx, key, r, rec("two")); err != nil {
				c.errorf("Update over the record as it was before Touch: %v", err)
			}
		},
	},
	{
		name: "touch/ends",
		rule: ruleTouch,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.touch(key, r, past())
			c.absent(key)
		},
	},
}, refusals("touch", ruleTouchRefused, (*check).touchRefused)...)

// touch moves r's expiry, and returns r as it is then.
func (c *check) touch(key session.Key, r session.Record, expires time.Time) session.Record {
	v, err := session.Touch(c.ctx, c.a, key, r, expires)
	c.must("Touch", err)
	r.Expires, r.Version = expires, v
	return r
}

func (c *check) touchRefused(key session.Key, old session.Record, want error) {
	_, err := session.Touch(c.ctx, c.a, key, old, in(2*time.Hour))
	c.refused("Touch", err, want)
}
