package storetest

import "github.com/coatcheck-go/session"

// refusals are the cases of a verb that changes a record only if it is still old. refused
// calls it and checks its error.
func refusals(verb, rule string, refused func(c *check, key session.Key, old session.Record, want error)) []testCase {
	return []testCase{
		{name: verb + "/stale", rule: rule, f: func(c *check) {
			key, old := c.create(rec("one"))
			r := c.update(key, old, rec("two"))
			refused(c, key, old, session.ErrConflict)
			c.holds(key, r)
		}},
		{name: verb + "/created-anew", rule: rule, f: func(c *check) {
			key, old := c.create(rec("one"))
			c.delete(key)
			anew := c.put(key, rec("one"))
			refused(c, key, old, session.ErrConflict)
			c.holds(key, anew)
		}},
		{name: verb + "/never-created", rule: rule, f: func(c *check) {
			key := c.key()
			refused(c, key, rec("one"), session.ErrNotFound)
			c.absent(key)
		}},
		{name: verb + "/expired", rule: rule, f: func(c *check) {
			key, r := c.create(rec("one"))
			refused(c, key, c.update(key, r, ended(r)), session.ErrNotFound)
			c.absent(key)
		}},
		{name: verb + "/deleted", rule: rule, f: func(c *check) {
			key, r := c.create(rec("one"))
			c.delete(key)
			refused(c, key, r, session.ErrNotFound)
			c.absent(key)
		}},
	}
}
