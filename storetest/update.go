package storetest

import (
	"time"

	"github.com/coatcheck-go/session"
)

const (
	ruleNoRecord   = "ErrNotFound: there is no live record."
	ruleAnother    = "ErrConflict: there is another than old."
	ruleVeryRecord = "Create writes only where nothing live is, Update only over the very record that was read."
)

var updateCases = []testCase{
	{
		name: "update/loaded",
		rule: "Update puts rec in the place of old, which Load returned or whose Version came from a write, and returns the new version.",
		f: func(c *check) {
			key, _ := c.create(rec("one"))
			old, err := c.a.Load(c.ctx, key)
			c.must("Load", err)
			c.holds(key, c.update(key, old, session.Record{Data: "two", Subject: "else", Expires: in(2 * time.Hour)}))
		},
	},
	{
		name: "update/written",
		rule: "Update puts rec in the place of old, which Load returned or whose Version came from a write, and returns the new version.",
		f: func(c *check) {
			key, r := c.create(rec("one"))
			for _, data := range []string{"two", "three", "four"} {
				r = c.update(key, r, rec(data))
			}
			c.holds(key, r)
		},
	},
	{
		name: "update/never-created",
		rule: ruleNoRecord,
		f: func(c *check) {
			key, old := c.key(), rec("one")
			c.updateRefused(key, old, session.ErrNotFound)
			c.absent(key)
		},
	},
	{
		name: "update/expired",
		rule: ruleNoRecord,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			dead := c.update(key, r, ended(r))
			c.updateRefused(key, dead, session.ErrNotFound)
			c.absent(key)
		},
	},
	{
		name: "update/deleted",
		rule: "So a session that was ended can't come back, whatever else is in flight.",
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.delete(key)
			c.updateRefused(key, r, session.ErrNotFound)
			c.absent(key)
		},
	},
	{
		name: "update/stale",
		rule: ruleAnother,
		f: func(c *check) {
			key, old := c.create(rec("one"))
			r := c.update(key, old, rec("two"))
			c.updateRefused(key, old, session.ErrConflict)
			c.holds(key, r)
		},
	},
	{
		name: "update/stale-but-alike",
		rule: "Version tells this state of the record from all others of its key.",
		f: func(c *check) {
			key, old := c.create(rec("one"))
			r := c.update(key, old, old)
			c.updateRefused(key, old, session.ErrConflict)
			c.holds(key, r)
		},
	},
	{
		name: "update/created-anew",
		rule: ruleVeryRecord,
		f: func(c *check) {
			key, old := c.create(rec("one"))
			c.delete(key)
			anew := c.put(key, rec("one"))
			c.updateRefused(key, old, session.ErrConflict)
			c.holds(key, anew)
		},
	},
	{
		name: "update/ignores-version",
		rule: "rec.Version is ignored; a rec.Expires that has passed ends the record.",
		f: func(c *check) {
			const callers = 1<<63 + 12345
			key, old := c.create(rec("one"))
			r := rec("two")
			r.Version = callers
			r = c.update(key, old, r)
			if r.Version == callers {
				c.errorf("Update took the caller's Version")
			}
			c.holds(key, r)
		},
	},
	{
		name: "update/ends",
		rule: "rec.Version is ignored; a rec.Expires that has passed ends the record.",
		f: func(c *check) {
			for _, expires := range []time.Time{past(), {}} {
				key, old := c.create(rec("one"))
				r := rec("two")
				r.Expires = expires
				c.update(key, old, r)
				c.absent(key)
			}
		},
	},
}

func (c *check) updateRefused(key session.Key, old session.Record, want error) {
	_, err := c.a.Update(c.ctx, key, old, rec("must not be written"))
	c.refused("Update", err, want)
}
