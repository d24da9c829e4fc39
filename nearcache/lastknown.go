package nearcache

import (
	"context"
	"fmt"

	"github.com/coatcheck-go/session"
)

// lastKnown answers a load that failed with what was kept when the cache stepped
// aside, if the context wants that.
func (s *Store) lastKnown(ctx context.Context, key session.Key, cause error) (session.Record, error) {
	if definite(cause) || !session.WantsLastKnown(ctx) {
		return session.Record{}, cause
	}
	rec, ok := s.cache.of(key).lastKnown(key, s.clock())
	if !ok {
		return session.Record{}, cause
	}
	return rec, fail("load", fmt.Errorf("%w: %w", session.ErrLastKnown, cause))
}

// retire forgets all records, but keeps them as the last known ones.
func (c *cache) retire(now moment) {
	for sh := range c.all(everything) {
		sh.retire(now)
	}
}

// restore forgets the last known ones: from now on the cache is used again.
func (c *cache) restore() {
	for sh := range c.all(everything) {
		sh.mu.Lock()
		sh.last = nil
		sh.mu.Unlock()
	}
}

// retire keeps the older ones if there are no newer ones: the bus may fail twice.
func (sh *shard) retire(now moment) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.remember > 0 && len(sh.entries) > 0 {
		sh.last, sh.retired = sh.entries, now
	}
	sh.empty()
}

func (sh *shard) lastKnown(key session.Key, now moment) (rec session.Record, ok bool) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	e := sh.last[key]
	if e == nil || now.atMost(sh.retired) >= sh.remember || now.wall >= e.rec.Expires.UnixNano() {
		return session.Record{}, false
	}
	return e.rec, true
}
