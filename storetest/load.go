package storetest

import (
	"time"

	"github.com/coatcheck-go/session"
)

const ruleThere = "A record is there from Create to Delete or to its Expires, whichever is first."

var loadCases = []testCase{
	{
		name: "load/live",
		rule: ruleThere,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.holds(key, r)
			c.holds(key, r)
		},
	},
	{
		name: "load/never-created",
		rule: "ErrNotFound: there is no live one.",
		f:    func(c *check) { c.absent(c.key()) },
	},
	{
		name: "load/expired",
		rule: "After that it is absent: expired and never created look the same.",
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.update(key, r, ended(r))
			c.absent(key)
		},
	},
	{
		name: "load/time-passes",
		rule: ruleThere,
		f:    func(c *check) { c.ripen(1) },
	},
}

// ripen creates n records, and one more, that expire by themselves, and waits
// until they have. It returns how many of the n a sweep must find: n, or none if
// some were written so late that a store may have dropped the others by then.
func (c *check) ripen(n int) (sure int) {
	const life, patience = 100 * time.Millisecond, 10 * time.Second
	r := rec("short-lived")
	r.Expires = time.Now().Add(life).Truncate(time.Millisecond)
	for range n {
		c.create(r)
	}
	last, _ := c.create(r)
	if time.Now().Before(r.Expires) {
		sure = n
	}
	for time.Since(r.Expires) < patience {
		if _, err := c.a.Load(c.ctx, last); err != nil {
			c.refused("Load", err, session.ErrNotFound)
			return sure
		}
		c.wait(life / 10)
	}
	c.fatalf("Load: a live record, %v after its Expires", patience)
	return sure
}

// wait lets time pass. It is for the expiry of records only: races are made by
// a barrier.
func (c *check) wait(d time.Duration) {
	select {
	case <-time.After(d):
	case <-c.ctx.Done():
		c.fatalf("waiting: %v", c.ctx.Err())
	}
}
