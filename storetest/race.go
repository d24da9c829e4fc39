package storetest

import (
	"errors"
	"runtime"
	"strconv"
	"sync/atomic"

	"github.com/coatcheck-go/session"
)

const ruleOneWins = "Of several concurrent writes over one read, exactly one succeeds."

const (
	contenders = 16 // how many goroutines fight for one record

	counters, times = 8, 50 // how many goroutines count, and how far each
)

var raceCases = []testCase{
	{
		name: "race/update",
		rule: ruleOneWins,
		f: func(c *check) {
			c.rounds(func() {
				key, old := c.create(rec("one"))
				c.oneWins(key, func(i int, r session.Record) (uint64, error) {
					return c.handle(i).Update(c.ctx, key, old, r)
				})
			})
		},
	},
	{
		name: "race/create",
		rule: ruleOneWins,
		f: func(c *check) {
			c.rounds(func() {
				key := c.key()
				c.oneWins(key, func(i int, r session.Record) (uint64, error) {
					return c.handle(i).Create(c.ctx, key, r)
				})
			})
		},
	},
	{
		name: "race/create-over-expired",
		rule: ruleOneWins,
		f: func(c *check) {
			c.rounds(func() {
				key, r := c.create(rec("one"))
				c.update(key, r, ended(r))
				c.oneWins(key, func(i int, r session.Record) (uint64, error) {
					return c.handle(i).Create(c.ctx, key, r)
				})
			})
		},
	},
	{
		name: "race/replace-onto-one",
		rule: ruleOneWins,
		f: func(c *check) {
			c.rounds(func() {
				old, newKey := c.records("alice", contenders), c.key()
				c.oneWins(newKey, func(i int, r session.Record) (uint64, error) {
					return session.Replace(c.ctx, c.handle(i), old[i].Key, old[i].Record, rec("moved"), newKey, r)
				})
			})
		},
	},
	{
		name: "race/replace",
		rule: ruleOneWins,
		f:    func(c *check) { c.rounds(c.replaceAtOnce) },
	},
	{
		name:  "race/replace-seen-whole",
		rule:  "Nobody sees the one without the other.",
		needs: []ability{replacer},
		f:     func(c *check) { c.rounds(c.replaceWatched) },
	},
	{
		name: "race/counter",
		rule: ruleOneWins,
		f: func(c *check) {
			key, _ := c.create(rec("0"))
			crowd(counters, func(i int) {
				for range times {
					c.increment(c.handle(i), key)
				}
			})
			r, err := c.a.Load(c.ctx, key)
			c.must("Load", err)
			if r.Data != strconv.Itoa(counters*times) {
				c.errorf("%d increments, but the sum is another", counters*times)
			}
		},
	},
}

// oneWins lets the contenders write to key at once, and checks that one does,
// that the others are told, and that its record is what is there.
func (c *check) oneWins(key session.Key, write func(i int, r session.Record) (uint64, error)) {
	var errs [contenders]error
	var mine [contenders]session.Record
	for i := range mine {
		mine[i] = rec("of contender " + strconv.Itoa(i))
	}
	crowd(contenders, func(i int) { mine[i].Version, errs[i] = write(i, mine[i]) })
	winners := 0
	for i, err := range errs {
		if err != nil {
			c.refused("a write that came too late", err, session.ErrConflict)
			continue
		}
		winners++
		c.holds(key, mine[i])
	}
	if winners != 1 {
		c.errorf("%d of %d concurrent writes succeeded, want 1", winners, contenders)
	}
}

// replaceAtOnce lets several move one record, each to a place of its own: one
// does, and the others leave nothing behind.
func (c *check) replaceAtOnce() {
	key, old := c.create(rec("one"))
	var newKeys [contenders]session.Key
	for i := range newKeys {
		newKeys[i] = c.key()
	}
	var winners atomic.Int32
	crowd(contenders, func(i int) {
		won := rec("two")
		v, err := session.Replace(c.ctx, c.handle(i), key, old, rec("moved"), newKeys[i], won)
		if err != nil {
			c.refused("a Replace that came too late", err, session.ErrConflict)
			c.absent(newKeys[i])
			return
		}
		winners.Add(1)
		won.Version = v
		c.holds(newKeys[i], won)
	})
	if n := winners.Load(); n != 1 {
		c.errorf("%d of %d concurrent calls of Replace succeeded, want 1", n, contenders)
	}
}

// replaceWatched lets two witnesses look at both keys while a record moves, and
// once more when it has. Either sees one half first, and must then see the
// other.
func (c *check) replaceWatched() {
	key, old := c.create(rec("one"))
	newKey := c.key()
	var over atomic.Bool
	moved := func() bool {
		r, err := c.b.Load(c.ctx, key)
		return err != nil || r.Data == "moved"
	}
	arrived := func() bool {
		_, err := c.b.Load(c.ctx, newKey)
		return err == nil
	}
	witness := func(first, second func() bool, what string) {
		for last := false; !last; runtime.Gosched() {
			last = over.Load()
			if !first() {
				continue
			}
			if !second() {
				c.errorf("%s", what)
			}
			return
		}
	}
	together(
		func() {
			defer over.Store(true)
			c.replace(key, old, rec("moved"), newKey, rec("two"))
		},
		func() { witness(moved, arrived, "the record has left its old key and not reached the new one") },
		func() { witness(arrived, moved, "the record is under its new key and still under the old one") },
	)
}

// increment adds one to the number under key, as the engine changes a session:
// it loads, writes over what it read, and starts again if that has changed.
// Every conflict is some other's success, so there is an end of them.
func (c *check) increment(s session.Store, key session.Key) {
	for range counters * times {
		old, err := s.Load(c.ctx, key)
		c.must("Load", err)
		n, err := strconv.Atoi(old.Data)
		c.must("reading the number", err)
		runtime.Gosched() // let the others load the same
		_, err = s.Update(c.ctx, key, old, rec(strconv.Itoa(n+1)))
		if err == nil {
			return
		}
		if !errors.Is(err, session.ErrConflict) {
			c.fatalf("Update: %v", err)
		}
	}
	c.fatalf("Update: more conflicts than there are writes")
}
