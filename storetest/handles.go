package storetest

import (
	"time"

	"github.com/coatcheck-go/session"
)

const ruleSeen = "A write that returned nil is seen by every Load that begins after it, in this process and in every other that shares the store."

// Each of these lets the other handle see how it was before, so that a cache
// there has something old to show.
var handleCases = []testCase{
	{
		name: "handles/create",
		rule: ruleSeen,
		f: func(c *check) {
			key := c.key()
			c.lacks(c.b, key)
			c.shows(c.b, key, c.put(key, rec("one")))
		},
	},
	{
		name: "handles/update",
		rule: ruleSeen,
		f: func(c *check) {
			key, r := c.createSeen()
			c.shows(c.b, key, c.update(key, r, rec("two")))
		},
	},
	{
		name: "handles/end",
		rule: ruleSeen,
		f: func(c *check) {
			key, r := c.createSeen()
			c.update(key, r, ended(r))
			c.lacks(c.b, key)
		},
	},
	{
		name: "handles/delete",
		rule: ruleSeen,
		f: func(c *check) {
			key, _ := c.createSeen()
			c.delete(key)
			c.lacks(c.b, key)
		},
	},
	{
		name: "handles/touch",
		rule: ruleSeen,
		f: func(c *check) {
			key, r := c.createSeen()
			c.shows(c.b, key, c.touch(key, r, in(2*time.Hour)))
		},
	},
	{
		name: "handles/replace",
		rule: ruleSeen,
		f: func(c *check) {
			key, r := c.createSeen()
			newKey := c.key()
			c.lacks(c.b, newKey)
			moved := c.replace(key, r, ended(r), newKey, rec("two"))
			c.lacks(c.b, key)
			c.shows(c.b, newKey, moved)
		},
	},
	{
		name:  "handles/delete-by-subject",
		rule:  ruleSeen,
		needs: []ability{subjectStore},
		f: func(c *check) {
			key, r := c.createSeen()
			c.endSubject(c.a, r.Subject)
			c.lacks(c.b, key)
		},
	},
	{
		name: "handles/write-elsewhere",
		rule: ruleVeryRecord,
		f: func(c *check) {
			key, old := c.createSeen()
			r := c.update(key, old, rec("two"))
			_, err := c.b.Update(c.ctx, key, old, rec("must not be written"))
			c.refused("Update through the other handle", err, session.ErrConflict)
			_, err = c.b.Create(c.ctx, key, rec("must not be written"))
			c.refused("Create through the other handle", err, session.ErrConflict)
			c.holds(key, r)
		},
	},
}

// createSeen creates a record that the other handle has loaded.
func (c *check) createSeen() (session.Key, session.Record) {
	key, r := c.create(rec("one"))
	c.shows(c.b, key, r)
	return key, r
}
