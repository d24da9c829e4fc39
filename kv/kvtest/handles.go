package kvtest

import "time"

const ruleSeen = "What returned nil is seen by every Get that begins after it, in every process."

// Each of these lets the other handle see how it was before, so that a cache
// there has something old to show.
var handleCases = []testCase{
	{
		name: "handles/add",
		rule: ruleSeen,
		f: func(c *check) {
			key := c.key()
			c.lacks(c.b, key)
			c.must("Add", c.a.Add(c.ctx, key, "one", time.Hour))
			c.shows(c.b, key, "one")
		},
	},
	{
		name: "handles/swap",
		rule: ruleSeen,
		f: func(c *check) {
			key := c.add("one")
			c.shows(c.b, key, "one")
			c.swap(key, "one", "two")
			c.shows(c.b, key, "two")
		},
	},
	{
		name: "handles/delete",
		rule: ruleSeen,
		f: func(c *check) {
			key := c.add("one")
			c.shows(c.b, key, "one")
			c.must("Delete", c.a.Delete(c.ctx, key))
			c.lacks(c.b, key)
		},
	},
}
