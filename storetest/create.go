package storetest

import (
	"time"

	"github.com/coatcheck-go/session"
)

var createCases = []testCase{
	{
		name: "create/keeps",
		rule: "Create keeps rec under key and returns its version.",
		f: func(c *check) {
			key, r := c.create(rec("one"))
			other, r2 := c.create(rec("two"))
			c.holds(key, r)
			c.holds(other, r2)
		},
	},
	{
		name: "create/live",
		rule: "A write that returned one of this package's sentinels changed nothing.",
		f: func(c *check) {
			key, r := c.create(rec("one"))
			_, err := c.a.Create(c.ctx, key, rec("two"))
			c.refused("Create over a live record", err, session.ErrConflict)
			c.holds(key, r)
		},
	},
	{
		name: "create/twice",
		rule: "ErrConflict: there is a live record already.",
		f: func(c *check) {
			key, r := c.create(rec("one"))
			_, err := c.a.Create(c.ctx, key, r)
			c.refused("Create of the same again", err, session.ErrConflict)
		},
	},
	{
		name: "create/over-expired",
		rule: "A dead or unreadable one is no hindrance and is written over.",
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.update(key, r, ended(r))
			c.holds(key, c.put(key, rec("two")))
		},
	},
	{
		name: "create/after-delete",
		rule: ruleVeryRecord,
		f: func(c *check) {
			key, _ := c.create(rec("one"))
			c.delete(key)
			c.holds(key, c.put(key, rec("two")))
		},
	},
	{
		name: "create/ignores-version",
		rule: "rec.Version is ignored.",
		f: func(c *check) {
			const callers = 1<<63 + 12345
			r := rec("one")
			r.Version = callers
			key, r := c.create(r)
			if r.Version == callers {
				c.errorf("Create took the caller's Version")
			}
			c.holds(key, r)
		},
	},
	{
		name: "create/expired-already",
		rule: ruleThere,
		f: func(c *check) {
			for _, expires := range []time.Time{past(), {}} {
				r := rec("one")
				r.Expires = expires
				key, _ := c.create(r)
				c.absent(key)
				c.holds(key, c.put(key, rec("two")))
			}
		},
	},
}
