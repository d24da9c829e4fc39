package storetest

import "github.com/coatcheck-go/session"

const ruleVersion = "A version is never used twice for one key, not even when the key is created anew."

var versionCases = []testCase{
	{
		name: "versions/updated",
		rule: ruleVersion,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.neverTwice(r, func() session.Record {
				r = c.update(key, r, rec("one"))
				return r
			})
		},
	},
	{
		name: "versions/deleted",
		rule: ruleVersion,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.neverTwice(r, func() session.Record {
				c.delete(key)
				return c.put(key, rec("one"))
			})
		},
	},
	{
		name: "versions/expired",
		rule: ruleVersion,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.neverTwice(r, func() session.Record {
				c.update(key, r, ended(r))
				r = c.put(key, rec("one"))
				return r
			})
		},
	},
	{
		name: "versions/other-handle",
		rule: ruleVersion,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.neverTwice(r, func() session.Record {
				c.must("Delete", c.b.Delete(c.ctx, key))
				c.a, c.b = c.b, c.a
				return c.put(key, rec("one"))
			})
		},
	},
	{
		name:  "versions/swept",
		rule:  ruleVersion,
		needs: []ability{sweeper},
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.neverTwice(r, func() session.Record {
				c.update(key, r, ended(r))
				c.sweep(c.a, 10)
				r = c.put(key, rec("one"))
				return r
			})
		},
	},
	{
		name:  "versions/subject-ended",
		rule:  ruleVersion,
		needs: []ability{subjectStore},
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.neverTwice(r, func() session.Record {
				c.endSubject(c.a, r.Subject)
				return c.put(key, rec("one"))
			})
		},
	},
	{
		name: "versions/replaced",
		rule: ruleVersion,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			other := c.key()
			c.neverTwice(r, func() session.Record {
				moved := c.replace(key, r, ended(r), other, rec("one"))
				r = c.replace(other, moved, ended(moved), key, rec("one"))
				return r
			})
		},
	},
}

// neverTwice checks that next never brings a version that was there before.
func (c *check) neverTwice(first session.Record, next func() session.Record) {
	used := map[uint64]bool{first.Version: true}
	for range 100 {
		v := next().Version
		if used[v] {
			c.fatalf("version %d again, after %d others", v, len(used))
		}
		used[v] = true
	}
}
