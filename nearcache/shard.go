package nearcache

import (
	"maps"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
)

// entrySize is about what an entry takes besides its texts.
const entrySize = 256

// An entry is a record that is kept, in a ring from the most to the least
// recently used.
type entry struct {
	key          session.Key
	rec          session.Record
	read         moment // when the base was asked for it
	newer, older *entry
}

func (e *entry) size() int {
	return entrySize + len(e.key) + len(e.rec.Data) + len(e.rec.Subject)
}

// A shard is a part of the cache with a lock of its own.
type shard struct {
	limits

	mu           sync.Mutex
	entries      map[session.Key]*entry
	ring         entry // its older one is the most recently used
	bytes        int
	closed       map[target]int // by how many changes under way
	last         map[session.Key]*entry
	retired      moment // since when those are the last known
	generation   uint64 // grows with every change, begun or ended
	hits, misses uint64
}

// limits are those of a shard.
type limits struct {
	maxEntries, maxBytes int
	stale                int64         // nanoseconds, 0: none
	early                int64         // nanoseconds before its expiry that a record counts as gone
	remember             time.Duration // for how long the last known ones are
}

func (sh *shard) init(l limits) {
	sh.limits = l
	sh.closed = map[target]int{}
	sh.empty()
}

// empty forgets all records.
func (sh *shard) empty() {
	sh.generation++
	sh.entries = map[session.Key]*entry{}
	sh.ring.newer, sh.ring.older = &sh.ring, &sh.ring
	sh.bytes = 0
}

func (sh *shard) load(key session.Key, now moment) (rec session.Record, ok bool) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	e := sh.entries[key]
	if e != nil && !sh.good(e, now) {
		sh.remove(e)
		e = nil
	}
	if e == nil {
		sh.misses++
		return session.Record{}, false
	}
	sh.hits++
	if sh.ring.older != e {
		e.unlink()
		sh.link(e)
	}
	return e.rec, true
}

// good tells whether an entry may be served. Another process may find a record
// dead, and write over it, a little earlier than this one: its clock is ahead.
func (sh *shard) good(e *entry, now moment) bool {
	if sh.stale > 0 && int64(now.atMost(e.read)) >= sh.stale {
		return false
	}
	return now.wall+sh.early < e.rec.Expires.UnixNano()
}

// A ticket is taken before the base is asked, and lets the answer be kept if
// nothing was changed since then.
type ticket struct {
	generation uint64
	taken      moment
	valid      bool
}

// ticket returns one for key, unless it is being changed by others than the
// caller's own number of changes.
func (sh *shard) ticket(key session.Key, own int, now moment) ticket {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	free := sh.closed[everything] == 0 && sh.closed[keyTarget(key)] == own
	return ticket{generation: sh.generation, taken: now, valid: free}
}

// fill keeps a record that the base had after t was taken. Whose it is was not
// known then, so it is now that all records of its subject must not be changing.
func (sh *shard) fill(t ticket, key session.Key, rec session.Record) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	e := &entry{key: key, rec: rec, read: t.taken}
	if !t.valid || t.generation != sh.generation || sh.closed[subjectTarget(rec.Subject)] > 0 || e.size() > sh.maxBytes {
		return
	}
	if old := sh.entries[key]; old != nil {
		sh.remove(old)
	}
	sh.entries[key] = e
	sh.bytes += e.size()
	sh.link(e)
	for len(sh.entries) > sh.maxEntries || sh.bytes > sh.maxBytes {
		sh.remove(sh.ring.newer)
	}
}

// close drops what t names, and keeps it from being kept until open.
func (sh *shard) close(t target) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.closed[t]++
	sh.drop(t)
}

func (sh *shard) open(t target) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.generation++
	if sh.closed[t]--; sh.closed[t] == 0 {
		delete(sh.closed, t)
	}
}

// drop forgets what t names.
func (sh *shard) drop(t target) {
	sh.generation++
	switch t.kind {
	case ofKey:
		if e := sh.entries[session.Key(t.name)]; e != nil {
			sh.remove(e)
		}
		delete(sh.last, session.Key(t.name))
	case ofSubject:
		sh.dropSubject(t.name)
	default:
		sh.empty()
		sh.last = nil
	}
}

func (sh *shard) dropSubject(subject string) {
	for _, e := range sh.entries {
		if e.rec.Subject == subject {
			sh.remove(e)
		}
	}
	maps.DeleteFunc(sh.last, func(_ session.Key, e *entry) bool { return e.rec.Subject == subject })
}

func (sh *shard) remove(e *entry) {
	delete(sh.entries, e.key)
	sh.bytes -= e.size()
	e.unlink()
}

// link makes e the most recently used.
func (sh *shard) link(e *entry) {
	e.newer, e.older = &sh.ring, sh.ring.older
	e.newer.older, e.older.newer = e, e
}

func (e *entry) unlink() { e.newer.older, e.older.newer = e.older, e.newer }
