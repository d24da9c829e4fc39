package nearcache

import (
	"context"
	"crypto/rand"
	"fmt"
	mrand "math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/nearcache"
)

const (
	trials    = 10_000
	cutTrials = 2_000
	leastCuts = 10
	leastHits = 40
	workers   = 8 // trials at once

	// untilCached is more loads than fit into the time in which a process that was
	// starved for a lease has its cache in use again.
	untilCached = 100_000

	cutLease = 100 * time.Millisecond // so that caches are in use again between two cuts
)

// A revocation is a way to end a session.
type revocation func(ctx context.Context, s *nearcache.Store, key session.Key, rec session.Record) error

var revocations = []revocation{
	func(ctx context.Context, s *nearcache.Store, key session.Key, _ session.Record) error {
		return s.Delete(ctx, key)
	},
	func(ctx context.Context, s *nearcache.Store, key session.Key, rec session.Record) error {
		_, err := s.Update(ctx, key, rec, session.Record{Expires: time.UnixMilli(0)})
		return err
	},
	func(ctx context.Context, s *nearcache.Store, _ session.Key, rec session.Record) error {
		_, err := s.DeleteBySubject(ctx, rec.Subject)
		return err
	},
	func(ctx context.Context, s *nearcache.Store, key session.Key, rec session.Record) error {
		_, err := s.Replace(ctx, key, rec, session.Record{Expires: time.UnixMilli(0)}, newKey(), rec)
		return err
	},
}

func newKey() session.Key { return session.Key(rand.Text()) }

// A site is this process and another.
type site struct {
	t     *testing.T
	here  *nearcache.Store
	there other
	hits  atomic.Int64 // trials in which the other process had the session in its cache
}

func newSite(t *testing.T, name string, lease time.Duration) *site {
	t.Helper()
	b := backends[name]
	near, err := openNear(t.Context(), b, b.address(b.server), lease)
	must(t, err)
	runNear(t, near)
	return &site{t: t, here: near, there: startPeer(t, name, lease)}
}

// runNear runs a near cache until the test ends.
func runNear(t testing.TB, near *nearcache.Store) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = near.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	must(t, near.Ready(t.Context()))
}

// TestRevocation: a session that one process has in its cache is ended by another.
// When that call has returned, the very next request is refused, each time.
func TestRevocation(t *testing.T) {
	for name := range backends {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, name, 0)
			s.each(trials, func(i int) error { return s.trial(i, untilCached) })
			if hits := s.hits.Load(); hits != trials {
				t.Errorf("only in %d of %d trials it was in the cache", hits, trials)
			}
		})
	}
}

// TestRevocationCut: the same while the connections that bring the news are cut at
// random moments.
func TestRevocationCut(t *testing.T) {
	for name, b := range backends {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, name, cutLease)
			done, cuts := make(chan struct{}), 0
			var cutter sync.WaitGroup
			cutter.Go(func() {
				for ; !closed(done) || cuts < leastCuts; cuts++ {
					time.Sleep(time.Duration(mrand.IntN(int(12 * cutLease))))
					b.cut(t, b.address(b.server))
				}
			})
			s.each(cutTrials, func(i int) error { return s.trial(i, 2) })
			close(done)
			cutter.Wait()
			hits := s.hits.Load()
			t.Logf("%d cuts; in %d of %d trials it was in the cache", cuts, hits, cutTrials)
			if hits < leastHits {
				t.Error("the cache was hardly used")
			}
		})
	}
}

func closed(done chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// each runs f for 0 to n-1, several at once, and tells of the first error.
func (s *site) each(n int, f func(i int) error) {
	s.t.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	var first sync.Once
	for range workers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := f(i); err != nil {
					first.Do(func() { s.t.Errorf("trial %d: %v", i, err) })
				}
			}
		})
	}
	all.Wait()
}

// trial lets the other process load a new session until it has it in its cache, at
// most so many times, ends it, and asks the other process.
func (s *site) trial(i, tries int) error {
	ctx := s.t.Context()
	key, rec := newKey(), session.Record{Data: "one", Subject: fmt.Sprint("user-", i), Expires: time.Now().Add(time.Hour)}
	var err error
	if rec.Version, err = s.here.Create(ctx, key, rec); err != nil {
		return err
	}
	if err := s.fill(ctx, key, tries); err != nil {
		return err
	}
	if err := revocations[i%len(revocations)](ctx, s.here, key, rec); err != nil {
		return err
	}
	if found, err := s.there.find(ctx, key); err != nil || found != gone {
		return fmt.Errorf("after it was ended, it is %s (%v)", found, err)
	}
	return nil
}

func (s *site) fill(ctx context.Context, key session.Key, tries int) error {
	for range tries {
		switch found, err := s.there.find(ctx, key); {
		case err != nil:
			return err
		case found == fromCache:
			s.hits.Add(1)
			return nil
		case found != fromBase:
			return fmt.Errorf("before it was ended, it is %s", found)
		}
	}
	return nil
}
