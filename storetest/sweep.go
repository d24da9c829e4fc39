package storetest

import (
	"sync/atomic"
	"time"

	"github.com/coatcheck-go/session"
)

const (
	ruleSweep     = "Sweep deletes at most limit expired records, and tells how many it did delete; fewer than limit means that, for now, no more are left."
	ruleSweepLive = "A live record is never deleted, even if its expiry is moved meanwhile."
)

var sweepCases = []testCase{
	{
		name:  "sweep/limit",
		rule:  ruleSweep,
		needs: []ability{sweeper},
		f: func(c *check) {
			const n, limit = 10, 3
			kept := c.ripen(n)
			swept := 0
			for range n {
				deleted := c.sweep(c.a, limit)
				swept += deleted
				if deleted < limit {
					break
				}
			}
			// The record that ripen waited for may have been dropped when it was
			// looked at.
			if swept < kept || swept > n+1 {
				c.errorf("Sweep told of %d records, of %d expired ones", swept, n+1)
			}
			if again := c.sweep(c.a, n); again != 0 {
				c.errorf("Sweep found %d more, after fewer than its limit", again)
			}
		},
	},
	{
		name:  "sweep/live",
		rule:  ruleSweepLive,
		needs: []ability{sweeper},
		f: func(c *check) {
			key, r := c.create(rec("one"))
			gone, dead := c.create(rec("two"))
			c.update(gone, dead, ended(dead))
			c.sweep(c.a, 100)
			c.holds(key, r)
			c.absent(gone)
		},
	},
	{
		name:  "sweep/empty",
		rule:  ruleSweep,
		needs: []ability{sweeper},
		f: func(c *check) {
			if n := c.sweep(c.a, 1); n != 0 {
				c.errorf("Sweep of an empty store told of %d records", n)
			}
		},
	},
	{
		name:  "sweep/concurrent",
		rule:  "Safe for any number of callers at once, in any number of processes.",
		needs: []ability{sweeper},
		f: func(c *check) {
			const n, sweepers = 40, 4
			key, r := c.create(rec("live")) // first: a Create may drop expired records
			kept := c.ripen(n)
			var swept atomic.Int64
			crowd(sweepers, func(i int) {
				for range n {
					swept.Add(int64(c.sweep(c.handle(i), 3)))
				}
			})
			if got := int(swept.Load()); got < kept || got > n+1 {
				c.errorf("%d sweepers told of %d records, of %d expired ones", sweepers, got, n+1)
			}
			c.holds(key, r)
		},
	},
	{
		name:  "sweep/created-meanwhile",
		rule:  ruleSweepLive,
		needs: []ability{sweeper},
		f:     func(c *check) { c.rounds(c.sweepWhileCreating) },
	},
	{
		name:  "sweep/moved-meanwhile",
		rule:  ruleSweepLive,
		needs: []ability{sweeper},
		f:     func(c *check) { c.rounds(c.sweepWhileMoving) },
	},
}

// sweepWhileCreating creates records over dead ones that are being swept: the
// new ones stay.
func (c *check) sweepWhileCreating() {
	var keys [8]session.Key
	var recs [8]session.Record
	for i := range keys {
		key, r := c.create(rec("dead"))
		c.update(key, r, ended(r))
		keys[i] = key
	}
	together(
		func() { c.sweep(c.b, len(keys)) },
		func() {
			for i, key := range keys {
				recs[i] = c.put(key, rec("live"))
			}
		},
	)
	for i, key := range keys {
		c.holds(key, recs[i])
	}
}

// sweepWhileMoving moves the expiry of live records, by a write or a touch, among
// dead ones that are being swept.
func (c *check) sweepWhileMoving() {
	live := c.records("alice", 4)
	for _, e := range c.records("bob", 4) {
		c.update(e.Key, e.Record, ended(e.Record))
	}
	together(
		func() { c.sweep(c.b, 100) },
		func() {
			for _, e := range live[:2] {
				c.update(e.Key, e.Record, rec("kept"))
			}
		},
		func() {
			for _, e := range live[2:] {
				c.touch(e.Key, e.Record, in(2*time.Hour))
			}
		},
	)
	for _, e := range live {
		_, err := c.a.Load(c.ctx, e.Key)
		c.must("Load", err)
	}
}

// sweep sweeps s once.
func (c *check) sweep(s session.Store, limit int) int {
	n, err := session.Sweep(c.ctx, s, limit)
	c.must("Sweep", err)
	if n < 0 || n > limit {
		c.errorf("Sweep told of %d records, its limit was %d", n, limit)
	}
	return n
}
