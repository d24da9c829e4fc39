package nearcache_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/nearcache/membus"
)

func TestNewRefuses(t *testing.T) {
	base, bus := memstore.New(memstore.Options{}), &membus.Bus{}
	for name, o := range map[string]nearcache.Options{
		"neither bus nor bound": {},
		"short lease":           {Bus: bus, Lease: time.Millisecond},
		"uneven lease":          {Bus: bus, Lease: time.Second + 1},
		"negative lease":        {Bus: bus, Lease: -1},
		"negative entries":      {Bus: bus, MaxEntries: -1},
		"negative bytes":        {Bus: bus, MaxBytes: -1},
		"negative bound":        {Bus: bus, MaxStale: -1},
	} {
		if s, err := nearcache.New(base, o); err == nil || s != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := nearcache.New(struct{ session.Store }{base}, nearcache.Options{Bus: bus}); err == nil {
		t.Error("a store without abilities is taken")
	}
}

// bare has only the abilities that a base must have.
type bare struct {
	session.Toucher
	subjects
	lists
}

type subjects interface {
	BySubject(context.Context, string) ([]session.Entry, error)
	DeleteBySubject(context.Context, string, ...session.Key) (int, error)
}

type lists interface {
	List(context.Context, string, int) ([]session.Entry, string, error)
}

func TestMissingAbilities(t *testing.T) {
	base := memstore.New(memstore.Options{})
	s := made(t, bare{base, base, base}, nearcache.Options{MaxStale: time.Hour})
	if _, err := s.Sweep(t.Context(), 1); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Sweep: %v", err)
	}
	if _, err := s.Replace(t.Context(), key, session.Record{}, session.Record{}, "new", session.Record{}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Replace: %v", err)
	}
}

// Without a bus a copy is served until it is as old as MaxStale, and not longer.
func TestMaxStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := memstore.New(memstore.Options{})
		s := made(t, base, nearcache.Options{MaxStale: time.Minute})
		p := &process{Store: s, t: t}
		p.create(key, "one")
		p.cached(key)
		must(t, base.Delete(t.Context(), key))
		time.Sleep(time.Minute - time.Nanosecond)
		if !p.hit(key) {
			t.Error("not served in its time")
		}
		time.Sleep(time.Nanosecond)
		p.gone(key)
		if s := p.Stats(); s.Entries != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// A record counts as gone a lease before it expires: to a clock that is ahead, it is.
func TestNearExpiry(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		_, b, rec := f.two()
		time.Sleep(time.Until(rec.Expires) - lease - time.Millisecond)
		if !b.hit(key) {
			t.Error("not served before")
		}
		time.Sleep(time.Millisecond)
		if b.hit(key) {
			t.Error("served in the last lease")
		}
		time.Sleep(lease)
		b.gone(key)
	})
}

// The bounds are never passed, also not for a moment, and the least recently used is
// the first to go.
func TestBounds(t *testing.T) {
	for _, most := range []int{1, 7, 1024, 3000} {
		t.Run(fmt.Sprint(most), func(t *testing.T) {
			p := bounded(t, nearcache.Options{MaxEntries: most})
			for i := range 3 * most {
				p.create(numberedKey(i), "one")
				if s := p.Stats(); s.Entries > most {
					t.Fatalf("%d entries", s.Entries)
				}
			}
			if s := p.Stats(); s.Entries != most || s.Bytes == 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func bounded(t *testing.T, o nearcache.Options) *process {
	t.Helper()
	o.MaxStale = time.Hour
	return &process{Store: made(t, memstore.New(memstore.Options{}), o), t: t}
}

func numberedKey(i int) session.Key { return session.Key(fmt.Sprintf("%032d", i)) }

func TestBytesBound(t *testing.T) {
	const most = 10_000
	p := bounded(t, nearcache.Options{MaxEntries: 1000, MaxBytes: most})
	for i := range 50 {
		p.create(numberedKey(i), strings.Repeat("x", 40*i))
		if s := p.Stats(); s.Bytes > most {
			t.Fatalf("%+v", s)
		}
	}
	if s := p.Stats(); s.Bytes < most/2 {
		t.Errorf("%+v", s)
	}
	p.create("big", strings.Repeat("x", most))
	if p.hit("big") {
		t.Error("kept a record that is bigger than the bound")
	}
	if !p.hit(numberedKey(49)) {
		t.Error("the big record has thrown out others")
	}
	for i := range 50 {
		must(t, p.Delete(t.Context(), numberedKey(i)))
	}
	if s := p.Stats(); s.Entries != 0 || s.Bytes != 0 {
		t.Errorf("after all were deleted: %+v", s)
	}
}

func TestLeastRecentlyUsedGoes(t *testing.T) {
	p := bounded(t, nearcache.Options{MaxEntries: 3})
	for i := range 3 {
		p.create(numberedKey(i), "one")
	}
	p.cached(numberedKey(0))
	p.create(numberedKey(3), "one")
	for i, kept := range []bool{true, false, true, true} {
		if i != 1 && p.hit(numberedKey(i)) != kept {
			t.Errorf("record %d: kept %v, want %v", i, !kept, kept)
		}
	}
	if p.hit(numberedKey(1)) {
		t.Error("the least recently used is still there")
	}
}

func TestRunTwice(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a := f.ready(1)[0]
		if err := a.Run(t.Context()); err == nil || errors.Is(err, context.Canceled) {
			t.Errorf("a second Run: %v", err)
		}
	})
}

func TestRunEnds(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a := f.idle()
		ctx, cancel := context.WithCancel(t.Context())
		run := begin(func() error { return a.Run(ctx) })
		must(t, a.Ready(t.Context()))
		cancel()
		if _, err := run(); !errors.Is(err, context.Canceled) {
			t.Errorf("Run: %v", err)
		}
		if a.Stats().InService {
			t.Error("in service without Run")
		}
		if err := a.Ready(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Ready: %v", err)
		}
	})
}

// Without a bus there is nothing to run, and nothing to wait for.
func TestRunWithoutBus(t *testing.T) {
	s := made(t, memstore.New(memstore.Options{}), nearcache.Options{MaxStale: time.Hour})
	must(t, s.Ready(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
}

// Processes that don't agree how long to wait for each other use no cache.
func TestOtherLease(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a := f.ready(1)[0]
		told := make(chan error, 10)
		odd := made(t, f.base, nearcache.Options{Bus: f.bus, Lease: 3 * lease, OnTrouble: func(err error) { told <- err }})
		ctx, cancel := context.WithCancel(t.Context())
		run := begin(func() error { return odd.Run(ctx) })
		time.Sleep(20 * lease)
		if a.Stats().InService || odd.Stats().InService || len(told) != 1 {
			t.Errorf("both should step aside, and tell it once, not %d times", len(told))
		}
		cancel()
		_, _ = run()
		must(t, a.Ready(t.Context()))
	})
}

// Each failure of the bus is told.
func TestTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := &membus.Bus{}
		told := make(chan error, 10)
		s := made(t, memstore.New(memstore.Options{}), nearcache.Options{Bus: bus, OnTrouble: func(err error) { told <- err }})
		ctx, cancel := context.WithCancel(t.Context())
		run := begin(func() error { return s.Run(ctx) })
		bus.Cut()
		if err := <-told; !strings.HasPrefix(err.Error(), "nearcache: listen: ") {
			t.Error(err)
		}
		must(t, s.Ready(t.Context()))
		cancel()
		_, _ = run()
	})
}
