package nearcache_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/nearcache/membus"
	"github.com/coatcheck-go/session/storetest"
)

// An exchanged store can be made new behind its caches.
type exchanged struct{ *memstore.Store }

// TestStore runs the contract on two processes in service, so that reads come from
// their caches.
func TestStore(t *testing.T) {
	base, o := &exchanged{}, nearcache.Options{Bus: &membus.Bus{}}
	a, b := run(t, base, o), run(t, base, o)
	storetest.Run(t, func(*testing.T) (session.Store, session.Store) {
		base.Store = memstore.New(memstore.Options{})
		a.Empty()
		b.Empty()
		return a, b
	})
	for _, s := range []*nearcache.Store{a, b} {
		if stats := s.Stats(); stats.Hits < 100 {
			t.Errorf("%+v: the cache was hardly tested", stats)
		}
	}
}

// TestStoreAlone runs the contract on one process without a bus: only others would
// see what is stale.
func TestStoreAlone(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (a, b session.Store) {
		s := made(t, memstore.New(memstore.Options{}), nearcache.Options{MaxStale: time.Hour})
		return s, s
	})
}

func made(tb testing.TB, base session.Store, o nearcache.Options) *nearcache.Store {
	tb.Helper()
	s, err := nearcache.New(base, o)
	must(tb, err)
	return s
}

// run returns a near cache in service. It ends with the test.
func run(tb testing.TB, base session.Store, o nearcache.Options) *nearcache.Store {
	tb.Helper()
	s := made(tb, base, o)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	tb.Cleanup(func() {
		cancel()
		running.Wait()
	})
	must(tb, s.Ready(tb.Context()))
	return s
}
