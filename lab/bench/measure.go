package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// slice is about how long one stack runs before it is another's turn.
const slice = 20 * time.Millisecond

// A cell is one work on one stack.
type cell struct {
	stack *stack
	work  *work
	dir   string
	farm  *farm

	site     *site
	visitors [][]visitor // of each goroutine
	visits   int         // in a slice
	nanos    []float64   // for a visit, by round

	allocs, bytes float64 // for a visit
}

// newCells returns the cells whose "work, stack" only matches.
func newCells(o options, only *regexp.Regexp) (cells []*cell) {
	for _, w := range works {
		for _, st := range stacks {
			if st.fits(w) && only.MatchString(w.name+", "+st.name) {
				cells = append(cells, &cell{stack: st, work: w, dir: o.dir, farm: o.farm})
			}
		}
	}
	return cells
}

// open makes the cell's site and visitors.
func (c *cell) open() (err error) {
	if c.site, err = c.stack.open(options{dir: c.dir, farm: c.farm, data: c.work.data()}); err != nil {
		return err
	}
	cookies := make([]string, max(1, c.work.sessions))
	for i := range c.work.sessions {
		if c.stack.raw {
			break
		}
		if cookies[i], err = c.site.newSession(); err != nil {
			return err
		}
	}
	c.visitors = make([][]visitor, c.work.parallel)
	for i := range c.visitors {
		for _, cookie := range cookies {
			c.visitors[i] = append(c.visitors[i], c.site.visitor(c.work.act, cookie))
		}
	}
	return nil
}

func (c *cell) close() error { return c.site.close() }

// reopen is for works that leave ever more behind: each slice begins anew.
func (c *cell) reopen() error {
	if c.work.act != actLogin {
		return nil
	}
	if err := c.close(); err != nil {
		return err
	}
	return c.open()
}

// prepare opens the cell, counts its allocations and finds out how many visits
// fill a slice.
func (c *cell) prepare() error {
	if err := c.open(); err != nil {
		return c.failed(err)
	}
	c.visits = 100
	if _, err := c.time(); err != nil { // warms up
		return c.failed(err)
	}
	if err := c.countAllocations(); err != nil {
		return c.failed(err)
	}
	took, err := c.time()
	c.visits = visitsIn(slice, float64(took.Nanoseconds())/float64(c.visits))
	return c.failed(err)
}

// visitsIn is how many visits take that long.
func visitsIn(long time.Duration, nanos float64) int {
	return max(10, int(float64(long.Nanoseconds())/nanos))
}

func (c *cell) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s, %s: %w", c.work.name, c.stack.name, err)
}

// countAllocations is testing.AllocsPerRun for bytes as well.
func (c *cell) countAllocations() error {
	const visits = 2000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	right := visitAll(c.visitors[0], visits)
	runtime.ReadMemStats(&after)
	c.allocs = float64(after.Mallocs-before.Mallocs) / visits
	c.bytes = float64(after.TotalAlloc-before.TotalAlloc) / visits
	if !right {
		return errAnswer
	}
	return nil
}

// measure runs one slice.
func (c *cell) measure() error {
	if err := c.reopen(); err != nil {
		return c.failed(err)
	}
	took, err := c.time()
	c.nanos = append(c.nanos, float64(took.Nanoseconds())/float64(c.visits))
	c.visits = visitsIn(slice, quartilesOf(c.nanos).median)
	return c.failed(err)
}

// A timed visitor measures by itself how long its visits take.
type timed interface {
	time(visits int) (time.Duration, error)
}

// timesItself tells that what is measured is in another process.
func (c *cell) timesItself() bool {
	_, ok := c.visitors[0][0].(timed)
	return ok
}

// time makes all the visits of a slice.
func (c *cell) time() (time.Duration, error) {
	if v, ok := c.visitors[0][0].(timed); ok {
		return v.time(c.visits)
	}
	var wrong atomic.Bool
	var group sync.WaitGroup
	begin := time.Now()
	for _, visitors := range c.visitors[1:] {
		group.Go(func() {
			if !visitAll(visitors, c.visits/len(c.visitors)) {
				wrong.Store(true)
			}
		})
	}
	right := visitAll(c.visitors[0], c.visits/len(c.visitors))
	group.Wait()
	took := time.Since(begin)
	if !right || wrong.Load() {
		return took, errAnswer
	}
	return took, nil
}

// visitAll makes n visits by all visitors in turn and reports whether each was
// answered with 200.
func visitAll(visitors []visitor, n int) (right bool) {
	right = true
	next := 0
	for range n {
		right = visitors[next].visit() && right
		if next++; next == len(visitors) {
			next = 0
		}
	}
	return right
}

// measureAll runs all cells in turns, and begins no round when the time is over. In
// each round the works that are compared with each other follow each other closely.
// It returns how many rounds there were.
func measureAll(cells []*cell, rounds int, limit time.Duration) (round int, err error) {
	for _, c := range cells {
		if err := c.prepare(); err != nil {
			return 0, err
		}
	}
	for begin := time.Now(); round < rounds && (round == 0 || time.Since(begin) < limit); round++ {
		if round%10 == 0 {
			progress("round %d of %d", round+1, rounds)
		}
		if err := measureRound(cells); err != nil {
			return round, err
		}
	}
	for _, c := range cells {
		err = errors.Join(err, c.close())
	}
	return round, err
}

func measureRound(cells []*cell) error {
	order := rand.Perm(len(cells))
	for _, group := range rand.Perm(groups) {
		for _, i := range order {
			if cells[i].work.group != group {
				continue
			}
			if err := cells[i].measure(); err != nil {
				return err
			}
		}
	}
	return nil
}
