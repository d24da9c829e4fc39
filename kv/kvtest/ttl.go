package kvtest

import (
	"errors"
	"time"

	"github.com/coatcheck-go/session"
)

const ruleTime = "A time to live never ends early, and at most two seconds late;"

// ttl is what values live in these cases, and late when they must be gone. A
// server that is starved of processor time may be a little behind.
const (
	ttl  = time.Second
	late = ttl + 2*time.Second + time.Second
)

var ttlCases = []testCase{
	{
		name: "ttl/ends",
		rule: ruleTime,
		f: func(c *check) {
			began := time.Now()
			added, swapped := c.key(), c.add("one")
			c.must("Add", c.a.Add(c.ctx, added, "one", ttl))
			c.must("Swap", c.a.Swap(c.ctx, swapped, "one", "one", ttl))
			c.untilOver(began, added, swapped)
			c.pause(late)
			for _, key := range []string{added, swapped} {
				c.absent(key)
				c.refused("Swap after the end", c.a.Swap(c.ctx, key, "one", "two", time.Hour), session.ErrNotFound)
				c.must("Add after the end", c.a.Add(c.ctx, key, "anew", time.Hour))
				c.holds(key, "anew")
			}
		},
	},
	{
		name: "ttl/longer",
		rule: ruleTime,
		f: func(c *check) {
			key := c.key()
			c.must("Add", c.a.Add(c.ctx, key, "one", 5*time.Second))
			c.swap(key, "one", "two")
			c.pause(8 * time.Second)
			c.holds(key, "two")
		},
	},
	{
		name: "ttl/far",
		rule: ruleTime,
		f: func(c *check) {
			const day = 24 * time.Hour
			for _, days := range []time.Duration{29, 30, 31, 400, 36500} {
				key := c.key()
				c.must("Add", c.a.Add(c.ctx, key, "one", days*day))
				c.holds(key, "one")
				c.must("Swap", c.a.Swap(c.ctx, key, "one", "two", days*day))
				c.holds(key, "two")
			}
		},
	},
	{
		name: "ttl/none",
		rule: "zero or less is over at once.",
		f: func(c *check) {
			for _, none := range []time.Duration{0, -time.Nanosecond, -time.Hour} {
				added, swapped := c.key(), c.add("one")
				c.must("Add", c.a.Add(c.ctx, added, "one", none))
				c.absent(added)
				c.must("Swap", c.a.Swap(c.ctx, swapped, "one", "two", none))
				c.absent(swapped)
				c.must("Add", c.a.Add(c.ctx, swapped, "three", time.Hour))
				c.holds(swapped, "three")
			}
		},
	},
}

// untilOver checks that the values are there for ttl from began on.
func (c *check) untilOver(began time.Time, keys ...string) {
	for time.Since(began) < ttl && c.ctx.Err() == nil {
		for _, key := range keys {
			_, err := c.a.Get(c.ctx, key)
			if errors.Is(err, session.ErrNotFound) && time.Since(began) < ttl {
				c.errorf("Get: no value %v after the call that keeps it for %v began", time.Since(began), ttl)
				return
			}
		}
		c.pause(50 * time.Millisecond)
	}
}

func (c *check) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-c.ctx.Done():
	}
}
