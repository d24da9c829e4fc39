package nearcache

import (
	"hash/maphash"
	"iter"

	"github.com/coatcheck-go/session"
)

const (
	shards     = 16
	smallCache = 64 * shards // below so many entries there is one shard
)

// A cache is the records kept, in shards.
type cache struct {
	seed   maphash.Seed
	shards []shard // a power of two
}

func newCache(o Options) *cache {
	n := shards
	if o.MaxEntries < smallCache {
		n = 1
	}
	c := &cache{seed: maphash.MakeSeed(), shards: make([]shard, n)}
	for i := range c.shards {
		c.shards[i].init(limits{
			maxEntries: share(o.MaxEntries, i, n),
			maxBytes:   share(o.MaxBytes, i, n),
			stale:      int64(o.MaxStale),
			early:      int64(o.Lease),
			remember:   o.LastKnown,
		})
	}
	return c
}

// share is the i-th of n parts of total, which differ by one at most.
func share(total, i, n int) int { return (total + i) / n }

// of returns the shard of key.
func (c *cache) of(key session.Key) *shard {
	return &c.shards[maphash.String(c.seed, string(key))&uint64(len(c.shards)-1)]
}

// all yields the shards that may have to do with t.
func (c *cache) all(t target) iter.Seq[*shard] {
	return func(yield func(*shard) bool) {
		if t.kind == ofKey {
			yield(c.of(session.Key(t.name)))
			return
		}
		for i := range c.shards {
			if !yield(&c.shards[i]) {
				return
			}
		}
	}
}

// close drops what the targets name, and keeps it from being kept until open.
func (c *cache) close(targets []target) {
	for _, t := range targets {
		for sh := range c.all(t) {
			sh.close(t)
		}
	}
}

func (c *cache) open(targets []target) {
	for _, t := range targets {
		for sh := range c.all(t) {
			sh.open(t)
		}
	}
}

// drop forgets what t names.
func (c *cache) drop(t target) {
	for sh := range c.all(t) {
		sh.mu.Lock()
		sh.drop(t)
		sh.mu.Unlock()
	}
}

// count adds up the shards' figures.
func (c *cache) count() (s Stats) {
	for sh := range c.all(everything) {
		sh.mu.Lock()
		s.Entries += len(sh.entries)
		s.Bytes += sh.bytes
		s.Hits += sh.hits
		s.Misses += sh.misses
		sh.mu.Unlock()
	}
	return s
}
