package cached_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/cached"
	"github.com/coatcheck-go/session/internal/schedstore"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/memkv"
	"github.com/coatcheck-go/session/memstore"
)

// These tests play concurrent calls in every order in which their calls of the
// cache and of the truth can come.

// A gated cache holds every call until it is its turn: it goes through a store of
// the run's first, which does nothing else.
type gated struct {
	gate  *schedstore.Store
	world *world
}

const gateKey = session.Key("the cache")

func (g gated) Get(ctx context.Context, key string) (string, error) {
	if !g.world.coarse {
		_, _ = g.gate.Load(ctx, gateKey)
	}
	return g.world.cache().Get(ctx, key)
}

func (g gated) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	_ = g.gate.Delete(ctx, gateKey)
	return g.world.cache().Add(ctx, key, value, ttl)
}

func (g gated) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	_ = g.gate.Delete(ctx, gateKey)
	return g.world.cache().Swap(ctx, key, old, value, ttl)
}

func (g gated) Delete(ctx context.Context, key string) error {
	_ = g.gate.Delete(ctx, gateKey)
	return g.world.cache().Delete(ctx, key)
}

// A world is one cache and one truth with a record, and what has become of it.
type world struct {
	truth  *memstore.Store
	first  session.Record // the record at the beginning
	coarse bool

	mu    sync.Mutex
	inner *memkv.Store
	ended bool // a call that ends the record has returned nil
}

const theKey = session.Key("key")

// open makes a store over a cache and a truth, as a process does.
type open func(kv.Store, session.Store) session.Store

func (w *world) cache() *memkv.Store {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.inner
}

// restart lets the cache forget everything.
func (w *world) restart() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inner = memkv.New()
}

func (w *world) end(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = w.ended || err == nil
}

func (w *world) hasEnded() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ended
}

// An act is what one process does.
type act func(ctx context.Context, s session.Store, w *world)

var (
	read act = func(ctx context.Context, s session.Store, _ *world) { _, _ = s.Load(ctx, theKey) }

	remove act = func(ctx context.Context, s session.Store, w *world) { w.end(s.Delete(ctx, theKey)) }

	update act = func(ctx context.Context, s session.Store, w *world) {
		_, _ = s.Update(ctx, theKey, w.first, record("two"))
	}

	touch act = func(ctx context.Context, s session.Store, w *world) {
		_, _ = session.Touch(ctx, s, theKey, w.first, time.Now().Add(2*time.Hour))
	}

	rotate act = func(ctx context.Context, s session.Store, w *world) {
		_, _ = session.Replace(ctx, s, theKey, w.first, session.Record{}, theKey+"2", record("two"))
	}

	removeAll act = func(ctx context.Context, s session.Store, w *world) {
		_, err := session.DeleteBySubject(ctx, s, "alice")
		w.end(err)
	}

	create act = func(ctx context.Context, s session.Store, _ *world) {
		_, _ = s.Create(ctx, theKey+"3", record("three"))
	}
)

// A setting is what is played.
type setting struct {
	name    string
	acts    []act
	empty   bool // the cache has no copy at first
	restart bool // the cache restarts in between

	// coarse lets every Get of the cache come at once, where all orders are too
	// many. What it reads may be out of date then; but a swap of that fails, and
	// it is read again.
	coarse bool
}

// play plays one order, and checks the world at each step and at its end.
func (p setting) play(r *schedstore.Run, o open) error {
	w := &world{truth: memstore.New(memstore.Options{MaxEntries: 10}), inner: memkv.New(), coarse: p.coarse}
	truth, gate := r.NewStore(w.truth), r.NewStore(memstore.New(memstore.Options{MaxEntries: 1}))
	if err := p.begin(w, o); err != nil {
		return err
	}
	for _, act := range p.acts {
		s := o(gated{gate, w}, truth)
		r.Actor(func(ctx context.Context) { act(ctx, s, w) })
	}
	if p.restart {
		r.Event("the cache restarts", w.restart)
	}
	var seen error
	r.Play(func() {
		if seen == nil && w.hasEnded() {
			seen = errors.Join(w.absent(o, theKey), w.absent(o, theKey+"2"))
		}
	})
	return errors.Join(seen, w.agree(o))
}

// begin puts the record into the truth, and a copy of it into the cache.
func (p setting) begin(w *world, o open) (err error) {
	ctx := context.Background()
	w.first = record("one")
	if w.first.Version, err = w.truth.Create(ctx, theKey, w.first); err != nil || p.empty {
		return err
	}
	_, err = o(w.cache(), w.truth).Load(ctx, theKey)
	return err
}

// reading is a cache that can't be changed, so that looking doesn't.
type reading struct{ kv.Store }

func (reading) Add(context.Context, string, string, time.Duration) error          { return errDown }
func (reading) Swap(context.Context, string, string, string, time.Duration) error { return errDown }

// look loads what is under key as a process would see it.
func (w *world) look(o open, key session.Key) (session.Record, error) {
	return o(reading{w.cache()}, w.truth).Load(context.Background(), key)
}

// absent checks that nobody sees a record.
func (w *world) absent(o open, key session.Key) error {
	if _, err := w.look(o, key); !errors.Is(err, session.ErrNotFound) {
		return fmt.Errorf("what was ended is there (%w)", errRevived)
	}
	return nil
}

var (
	errRevived = errors.New("it has been revived")
	errDiffers = errors.New("the cache differs from the truth")
)

// agree checks that the cache shows what the truth has, when all is over.
func (w *world) agree(o open) error {
	for _, key := range []session.Key{theKey, theKey + "2", theKey + "3"} {
		is, err := w.truth.Load(context.Background(), key)
		shown, shownErr := w.look(o, key)
		if shown != is || (err == nil) != (shownErr == nil) {
			return errDiffers
		}
	}
	return nil
}

func ours(cache kv.Store, truth session.Store) session.Store {
	s, err := cached.New(cache, truth, cached.Options{})
	if err != nil {
		panic(err)
	}
	return s
}

var settings = []setting{
	{name: "fill, delete", acts: []act{read, remove}, empty: true},
	{name: "fill, update", acts: []act{read, update}, empty: true},
	{name: "fill, touch", acts: []act{read, touch}, empty: true},
	{name: "fill, rotation", acts: []act{read, rotate}, empty: true},
	{name: "fill, end of all", acts: []act{read, removeAll}, empty: true},
	{name: "fill, delete, update", acts: []act{read, remove, update}, empty: true, coarse: true},
	{name: "fill, fill, delete", acts: []act{read, read, remove}, empty: true, coarse: true},
	{name: "update, delete", acts: []act{update, remove}},
	{name: "update, touch", acts: []act{update, touch}},
	{name: "touch, delete", acts: []act{touch, remove}},
	{name: "touch, touch", acts: []act{touch, touch}},
	{name: "delete, delete", acts: []act{remove, remove}},
	{name: "rotation, end of all", acts: []act{rotate, removeAll}, coarse: true},
	{name: "update, end of all", acts: []act{update, removeAll}},
	{name: "login, end of all", acts: []act{create, removeAll}},
	{name: "fill, delete, restart", acts: []act{read, remove}, empty: true, restart: true},
	{name: "update, delete, restart", acts: []act{update, remove}, restart: true, coarse: true},
	{name: "fill, update, restart", acts: []act{read, update}, empty: true, restart: true},
}

func TestEveryOrder(t *testing.T) {
	for _, p := range settings {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				orders, err := schedstore.Distinct(func(r *schedstore.Run) error { return p.play(r, ours) })
				if err != nil {
					t.Error(err)
				}
				t.Logf("%d orders", orders)
			})
		})
	}
}
