package nearcache

import (
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// forgetAfter is how many leases a change stays closed whose end is never told:
// the process that made it has crashed, or doesn't know whether it was done.
const forgetAfter = 30

// A change is a write under way, of this process or another. Meanwhile the cache
// keeps nothing of what it is about.
type change struct {
	name    string // the same in all processes
	targets []target
	since   moment
	told    bool // others may know of it; for the writer's eyes only
}

// changes are those under way.
type changes struct {
	cache  *cache
	clock  func() moment
	member string
	lease  time.Duration
	count  atomic.Uint64

	mu     sync.Mutex
	byName map[string]*change
	tidied moment
}

// begin begins a change of this process.
func (cs *changes) begin(targets []target) *change {
	name := cs.member + "." + strconv.FormatUint(cs.count.Add(1), 36)
	return cs.close(name, targets)
}

// close drops what the targets name, and keeps it from being kept until open.
func (cs *changes) close(name string, targets []target) *change {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.tidy()
	c := cs.byName[name]
	if c == nil {
		c = &change{name: name, targets: targets, since: cs.clock()}
		cs.byName[name] = c
		cs.cache.close(targets)
	}
	return c
}

// open ends a change. One that isn't known was forgotten, or begun before this
// process listened.
func (cs *changes) open(name string) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c := cs.byName[name]; c != nil {
		delete(cs.byName, name)
		cs.cache.open(c.targets)
	}
}

// tidy forgets changes whose end was never told.
func (cs *changes) tidy() {
	now := cs.clock()
	if now.atLeast(cs.tidied) < cs.lease {
		return
	}
	cs.tidied = now
	for name, c := range cs.byName {
		if now.atLeast(c.since) > forgetAfter*cs.lease {
			delete(cs.byName, name)
			cs.cache.open(c.targets)
		}
	}
}
