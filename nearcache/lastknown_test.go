package nearcache_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/nearcache/membus"
)

// A fragile store can be down.
type fragile struct {
	*memstore.Store
	down bool
}

func (f *fragile) Load(ctx context.Context, key session.Key) (session.Record, error) {
	if f.down {
		return session.Record{}, errDown
	}
	return f.Store.Load(ctx, key)
}

// An outage is a near cache whose bus and base have just gone down. Sessions 0 to 2
// were in the cache.
type outage struct {
	t    *testing.T
	near *nearcache.Store
	base *fragile
	line *line
	wish context.Context // wants the last known
}

const remembered = time.Minute

func inOutage(t *testing.T, f func(t *testing.T, o outage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		base, l := &fragile{Store: memstore.New(memstore.Options{})}, &line{bus: &membus.Bus{}}
		near := made(t, base, nearcache.Options{Bus: l, Lease: lease, LastKnown: remembered})
		ctx, cancel := context.WithCancel(t.Context())
		run := begin(func() error { return near.Run(ctx) })
		must(t, near.Ready(t.Context()))
		p := &process{Store: near, t: t}
		for i := range 3 {
			p.create(numberedKey(i), "one")
		}
		l.mute.Store(true)
		base.down = true
		l.bus.Cut()
		synctest.Wait()
		f(t, outage{t, near, base, l, wishing(t)})
		cancel()
		_, _ = run()
	})
}

// wishing returns a context as a handler under ServeLastKnown passes it to the store.
func wishing(t *testing.T) (wish context.Context) {
	t.Helper()
	spy := &spy{Store: memstore.New(memstore.Options{})}
	m, err := session.New(session.Config{Store: spy})
	must(t, err)
	r := requestWithSession(t, m)
	m.Wrap(m.ServeLastKnown(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = m.From(r).Has("any")
	}))).ServeHTTP(httptest.NewRecorder(), r)
	if spy.last == nil || !session.WantsLastKnown(spy.last) {
		t.Fatal("no such context")
	}
	return context.WithoutCancel(spy.last)
}

// requestWithSession saves a session and returns a request that carries its cookie.
func requestWithSession(tb testing.TB, m *session.Manager) *http.Request {
	tb.Helper()
	s := m.New(tb.Context())
	must(tb, s.Set("any", 1))
	must(tb, s.Save())
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: m.CookieName(), Value: s.Token().Reveal()})
	return r
}

type spy struct {
	*memstore.Store
	last context.Context
}

func (s *spy) Load(ctx context.Context, key session.Key) (session.Record, error) {
	s.last = ctx
	return s.Store.Load(ctx, key)
}

func (o outage) knows(key session.Key) bool {
	o.t.Helper()
	rec, err := o.near.Load(o.wish, key)
	if !errors.Is(err, errDown) {
		o.t.Errorf("Load: %v, want the cause too", err)
	}
	if errors.Is(err, session.ErrLastKnown) != (rec.Data == "one") {
		o.t.Errorf("Load: %q, %v", rec.Data, err)
	}
	return rec.Data == "one"
}

// In an outage what was in the cache is shown to those who want it, for a while.
func TestLastKnown(t *testing.T) {
	inOutage(t, func(t *testing.T, o outage) {
		if _, err := o.near.Load(t.Context(), numberedKey(0)); !errors.Is(err, errDown) || errors.Is(err, session.ErrLastKnown) {
			t.Errorf("Load of who doesn't want it: %v", err)
		}
		if !o.knows(numberedKey(0)) || o.knows("never seen") {
			t.Error("it should know what was in the cache, and nothing else")
		}
		time.Sleep(remembered - time.Nanosecond)
		if !o.knows(numberedKey(0)) {
			t.Error("forgotten too early")
		}
		time.Sleep(time.Nanosecond)
		if o.knows(numberedKey(0)) {
			t.Error("remembered too long")
		}
	})
}

// What was changed isn't known any more, and nor is anything when all is well again.
func TestLastKnownForgets(t *testing.T) {
	inOutage(t, func(t *testing.T, o outage) {
		o.line.listener().Changed(numberedKey(0))
		if o.knows(numberedKey(0)) || !o.knows(numberedKey(1)) {
			t.Error("what was changed should be forgotten, and nothing else")
		}
		o.line.mute.Store(false)
		must(t, errOf(o.near.DeleteBySubject(t.Context(), "ann")))
		if o.knows(numberedKey(1)) {
			t.Error("a record of a subject that was ended is known")
		}
	})
	inOutage(t, func(t *testing.T, o outage) {
		o.line.mute.Store(false)
		must(t, o.near.Ready(t.Context()))
		if o.knows(numberedKey(1)) {
			t.Error("remembered after the outage")
		}
	})
}

// A store that answers is believed.
func TestLastKnownOnlyInOutage(t *testing.T) {
	inOutage(t, func(t *testing.T, o outage) {
		o.base.down = false
		must(t, o.base.Delete(t.Context(), numberedKey(0)))
		if rec, err := o.near.Load(o.wish, numberedKey(0)); !errors.Is(err, session.ErrNotFound) || rec != (session.Record{}) {
			t.Errorf("Load: %v", err)
		}
	})
}
