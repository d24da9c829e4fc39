package kvtest

import (
	"errors"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

const ruleOneWins = "Of several at once, one succeeds."

const (
	rounds     = 20 // how often a race is run
	contenders = 16 // how many goroutines fight for one value

	counters, times = 8, 25 // how many goroutines count, and how far each
)

var raceCases = []testCase{
	{
		name: "race/add",
		rule: ruleOneWins,
		f: func(c *check) {
			for range rounds {
				key := c.key()
				c.oneWins(key, func(s kv.Store, mine string) error {
					return s.Add(c.ctx, key, mine, time.Hour)
				})
			}
		},
	},
	{
		name: "race/swap",
		rule: ruleOneWins,
		f: func(c *check) {
			for range rounds {
				key := c.add("one")
				c.oneWins(key, func(s kv.Store, mine string) error {
					return s.Swap(c.ctx, key, "one", mine, time.Hour)
				})
			}
		},
	},
	{
		name: "race/swap-or-delete",
		rule: ruleCondition,
		f: func(c *check) {
			for round := range rounds {
				c.swapDuringDelete(round % 2)
			}
		},
	},
	{
		name: "race/counter",
		rule: "All methods are safe for concurrent use.",
		f: func(c *check) {
			key := c.add("0")
			crowd(counters, func(i int) {
				for range times {
					c.increment(c.handle(i), key)
				}
			})
			c.holds(key, strconv.Itoa(counters*times))
		},
	},
}

// handle returns one or the other.
func (c *check) handle(i int) kv.Store {
	if i%2 == 0 {
		return c.a
	}
	return c.b
}

// oneWins lets the contenders write to key at once, and checks that one does,
// that the others are told, and that its value is what is there.
func (c *check) oneWins(key string, write func(s kv.Store, mine string) error) {
	var errs [contenders]error
	crowd(contenders, func(i int) { errs[i] = write(c.handle(i), strconv.Itoa(i)) })
	winners := 0
	for i, err := range errs {
		if err != nil {
			c.refused("a write that came too late", err, session.ErrConflict)
			continue
		}
		winners++
		c.holds(key, strconv.Itoa(i))
	}
	if winners != 1 {
		c.errorf("%d of %d concurrent writes succeeded, want 1", winners, contenders)
	}
}

// swapDuringDelete: whichever is first, nothing is there afterwards. The scheduler may
// prefer one of the goroutines, so each deletes in its turn.
func (c *check) swapDuringDelete(deleter int) {
	key := c.add("one")
	crowd(2, func(i int) {
		if i == deleter {
			c.must("Delete", c.a.Delete(c.ctx, key))
			return
		}
		if err := c.b.Swap(c.ctx, key, "one", "two", time.Hour); err != nil {
			c.refused("Swap after Delete", err, session.ErrNotFound)
		}
	})
	c.absent(key)
}

// increment adds one to the number under key. Every conflict is some other's
// success, so there is an end of them.
func (c *check) increment(s kv.Store, key string) {
	for range counters * times {
		old, err := s.Get(c.ctx, key)
		c.must("Get", err)
		n, err := strconv.Atoi(old)
		c.must("reading the number", err)
		runtime.Gosched() // let the others read the same
		err = s.Swap(c.ctx, key, old, strconv.Itoa(n+1), time.Hour)
		if err == nil {
			return
		}
		if !errors.Is(err, session.ErrConflict) {
			c.must("Swap", err)
		}
	}
	c.errorf("%d times in a row another was first", counters*times)
}

// crowd runs n goroutines that start together, and waits for them.
func crowd(n int, f func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	wg.Wait()
}
