package kvtest

import (
	"time"

	"github.com/coatcheck-go/session"
)

const (
	ruleThere     = "A value is there from Add or Swap until its time is over, it is swapped or it is deleted."
	ruleCondition = "There is no unconditional write: Add writes only where nothing is, Swap only over the very bytes that were read."
	ruleUnchanged = "What returned one of the sentinels changed nothing."
)

var basicCases = []testCase{
	{
		name: "get/nothing",
		rule: "Get returns the value under key. session.ErrNotFound: there is none.",
		f:    func(c *check) { c.absent(c.key()) },
	},
	{
		name: "add/keeps",
		rule: ruleThere,
		f: func(c *check) {
			one, two := c.add("one"), c.add("two")
			c.holds(one, "one")
			c.holds(two, "two")
		},
	},
	{
		name: "add/again",
		rule: "session.ErrConflict: there is one already.",
		f: func(c *check) {
			key := c.add("one")
			c.refused("Add of the same again", c.a.Add(c.ctx, key, "one", time.Hour), session.ErrConflict)
		},
	},
	{
		name: "add/over",
		rule: ruleUnchanged,
		f: func(c *check) {
			key := c.add("one")
			c.refused("Add over a value", c.a.Add(c.ctx, key, "two", time.Hour), session.ErrConflict)
			c.holds(key, "one")
		},
	},
	{
		name: "swap/keeps",
		rule: "Swap puts value in the place of old and keeps it for ttl.",
		f: func(c *check) {
			key := c.add("one")
			c.swap(key, "one", "two")
			c.holds(key, "two")
			c.swap(key, "two", "two")
			c.holds(key, "two")
		},
	},
	{
		name: "swap/nothing",
		rule: "session.ErrNotFound: there is none. session.ErrConflict: there is another than old.",
		f: func(c *check) {
			for _, old := range []string{"one", ""} {
				key := c.key()
				c.refused("Swap of nothing", c.a.Swap(c.ctx, key, old, "two", time.Hour), session.ErrNotFound)
				c.absent(key)
			}
		},
	},
	{
		name: "swap/another",
		rule: ruleCondition,
		f: func(c *check) {
			for _, old := range []string{"", "o", "one ", "One", "two", "one\x00"} {
				key := c.add("one")
				c.refused("Swap of another", c.a.Swap(c.ctx, key, old, "two", time.Hour), session.ErrConflict)
				c.holds(key, "one")
			}
		},
	},
	{
		name: "delete/removes",
		rule: "Delete removes the value under key.",
		f: func(c *check) {
			key, other := c.add("one"), c.add("two")
			c.must("Delete", c.a.Delete(c.ctx, key))
			c.absent(key)
			c.holds(other, "two")
		},
	},
	{
		name: "delete/twice",
		rule: "It is no error that there is none.",
		f: func(c *check) {
			key := c.add("one")
			for range 2 {
				c.must("Delete", c.a.Delete(c.ctx, key))
			}
		},
	},
	{
		name: "delete/ends",
		rule: ruleCondition,
		f: func(c *check) {
			key := c.add("one")
			c.must("Delete", c.a.Delete(c.ctx, key))
			c.refused("Swap after Delete", c.a.Swap(c.ctx, key, "one", "two", time.Hour), session.ErrNotFound)
			c.absent(key)
			c.must("Add after Delete", c.a.Add(c.ctx, key, "three", time.Hour))
			c.holds(key, "three")
		},
	},
}
