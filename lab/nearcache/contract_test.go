package nearcache

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/storetest"
)

// A tapped bus shows the listener, so that a test can empty its cache.
type tapped struct {
	nearcache.Bus
	listener atomic.Pointer[nearcache.Listener]
}

func (b *tapped) Listen(ctx context.Context, l nearcache.Listener) error {
	b.listener.Store(&l)
	return b.Bus.Listen(ctx, l)
}

// A handle is one process's near cache.
type handle struct {
	*nearcache.Store
	bus *tapped
}

func newHandle(t *testing.T, b *backend) handle {
	t.Helper()
	base, bus, err := b.open(t.Context(), b.address(b.server))
	must(t, err)
	tap := &tapped{Bus: bus}
	near, err := nearcache.New(base, nearcache.Options{Bus: tap})
	must(t, err)
	runNear(t, near)
	return handle{near, tap}
}

// TestContract runs storetest on two near caches in service.
func TestContract(t *testing.T) {
	for name, b := range backends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, two := newHandle(t, b), newHandle(t, b)
			storetest.Run(t, func(t *testing.T) (session.Store, session.Store) {
				b.empty(t, b.address(b.server))
				(*one.bus.listener.Load()).ChangedAll()
				(*two.bus.listener.Load()).ChangedAll()
				return one.Store, two.Store
			})
			for _, h := range []handle{one, two} {
				if s := h.Stats(); s.Hits < 50 {
					t.Errorf("%+v: the cache was hardly tested", s)
				}
			}
		})
	}
}
