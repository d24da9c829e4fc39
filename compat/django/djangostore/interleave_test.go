package djangostore

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/schedstore"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/memkv"
	"github.com/coatcheck-go/session/memstore"
)

// These tests play concurrent calls of Go's and of Django's in every order in which
// their calls of the cache and of the table can come.

// A gated store holds every call until it is its turn: it goes through a store of the
// run's first, which does nothing else.
type gated struct {
	memTable

	gate *schedstore.Store
}

const gateKey = session.Key("gate")

func (g gated) Get(ctx context.Context, key string) (string, error) {
	_, _ = g.gate.Load(ctx, gateKey)
	return g.memTable.Get(ctx, key)
}

func (g gated) GetUntil(ctx context.Context, key string) (string, time.Time, error) {
	_, _ = g.gate.Load(ctx, gateKey)
	return g.memTable.GetUntil(ctx, key)
}

func (g gated) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	_ = g.gate.Delete(ctx, gateKey)
	return g.memTable.Add(ctx, key, value, ttl)
}

func (g gated) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	_ = g.gate.Delete(ctx, gateKey)
	return g.memTable.Swap(ctx, key, old, value, ttl)
}

func (g gated) Delete(ctx context.Context, key string) error {
	_ = g.gate.Delete(ctx, gateKey)
	return g.memTable.Delete(ctx, key)
}

// set is an unconditional write in one step, as Django does.
func (g gated) set(ctx context.Context, key, value string) {
	_ = g.gate.Delete(ctx, gateKey)
	_ = g.memTable.Delete(ctx, key)
	_ = g.memTable.Add(ctx, key, value, time.Hour)
}

// A site is Go and Django on one cache and one table, and what is known to be done.
type site struct {
	entries, rows gated
	goStore       *CachedDB

	ended   bool   // a call that ends the session has returned
	written string // a write of Go's that has returned, if nobody else writes
}

type act func(ctx context.Context, s *site)

var (
	goRead act = func(ctx context.Context, s *site) { _, _ = s.goStore.Get(ctx, key) }

	goDelete act = func(ctx context.Context, s *site) {
		s.ended = s.goStore.Delete(ctx, key) == nil || s.ended
	}

	goUpdate act = func(ctx context.Context, s *site) {
		if s.goStore.Swap(ctx, key, "one", "two", time.Hour) == nil {
			s.written = "two"
		}
	}

	// The same as cached_db.SessionStore.load.
	djangoRead act = func(ctx context.Context, s *site) {
		if entry, err := s.entries.Get(ctx, key); err == nil && !isNone(entry) {
			return
		}
		if value, err := s.rows.Get(ctx, key); err == nil {
			s.entries.set(ctx, key, mustPickle(value))
		}
	}

	// The same as cached_db.SessionStore.delete.
	djangoDelete act = func(ctx context.Context, s *site) {
		_ = s.rows.Delete(ctx, key)
		_ = s.entries.Delete(ctx, key)
		s.ended = true
	}

	// The same as cached_db.SessionStore.save, which updates only.
	djangoSave act = func(ctx context.Context, s *site) {
		_ = s.rows.gate.Delete(ctx, gateKey)
		value, err := s.rows.memTable.Get(ctx, key)
		if err != nil || s.rows.memTable.Swap(ctx, key, value, "django's", time.Hour) != nil {
			return
		}
		s.entries.set(ctx, key, mustPickle("django's"))
	}
)

// isNone tells whether Python reads None.
func isNone(entry string) bool {
	stamp, ok := pickles.reveal(entry)
	return ok && len(stamp) > len(leaseTag) && stamp[:len(leaseTag)] == leaseTag
}

func mustPickle(value string) string {
	text, err := pickled(value)
	if err != nil {
		panic(err)
	}
	return text
}

type play struct {
	name  string
	acts  []act
	empty bool // the cache has no entry at first
}

// run plays one order, and looks at each step and at the end.
func (p play) run(r *schedstore.Run) error {
	ctx := context.Background()
	store := func() gated {
		return gated{memTable{memkv.New()}, r.NewStore(memstore.New(memstore.Options{MaxEntries: 1}))}
	}
	s := &site{entries: store(), rows: store()}
	var err error
	if s.goStore, err = NewCachedDB(s.entries, s.rows, CachedDBOptions{Encode: pickled}); err != nil {
		return err
	}
	plain, err := s.plain()
	if err != nil {
		return err
	}
	if err = plain.Add(ctx, key, "one", time.Hour); err == nil && p.empty {
		err = s.entries.memTable.Delete(ctx, key)
	}
	for _, act := range p.acts {
		r.Actor(func(ctx context.Context) { act(ctx, s) })
	}
	var seen error
	r.Play(func() { seen = errors.Join(seen, s.look()) })
	return errors.Join(err, seen, s.agree())
}

// plain is a store of another process on the same, whose calls don't wait.
func (s *site) plain() (*CachedDB, error) {
	return NewCachedDB(s.entries.memTable, s.rows.memTable, CachedDBOptions{Encode: pickled})
}

// reading is a cache that can't be changed, so that looking doesn't.
type reading struct{ kv.Store }

func (reading) Add(context.Context, string, string, time.Duration) error          { return errNowhere }
func (reading) Swap(context.Context, string, string, string, time.Duration) error { return errNowhere }

var (
	errRevived = errors.New("what was ended is there")
	errOld     = errors.New("what was written isn't there")
	errDiffers = errors.New("the cache differs from the table")
)

// view is what a Go process sees now.
func (s *site) view() (string, error) {
	o := CachedDBOptions{Encode: pickled}
	store, err := NewCachedDB(reading{s.entries.memTable}, s.rows.memTable, o)
	if err != nil {
		return "", err
	}
	return store.Get(context.Background(), key)
}

func (s *site) look() error {
	value, err := s.view()
	switch {
	case s.ended && !errors.Is(err, session.ErrNotFound):
		return errRevived
	case !s.ended && s.written != "" && err == nil && value == "one":
		return fmt.Errorf("%w: %q", errOld, value)
	}
	return nil
}

// agree checks that Go sees what is in the table when all is over.
func (s *site) agree() error {
	want, wantErr := s.rows.memTable.Get(context.Background(), key)
	if value, err := s.view(); value != want || (err == nil) != (wantErr == nil) {
		return errDiffers
	}
	return nil
}

func TestEveryOrder(t *testing.T) {
	for _, p := range []play{
		{"Go reads, Go ends", []act{goRead, goDelete}, true},
		{"Go reads, Django ends", []act{goRead, djangoDelete}, true},
		{"Go reads, Django saves", []act{goRead, djangoSave}, true},
		{"Go reads, Go writes", []act{goRead, goUpdate}, true},
		{"Go reads twice, Go ends", []act{goRead, goRead, goDelete}, true},
		{"Django reads, Go ends", []act{djangoRead, goDelete}, true},
		{"Django reads, Go writes", []act{djangoRead, goUpdate}, true},
		{"Django reads, Go reads, Go ends", []act{djangoRead, goRead, goDelete}, true},
		{"Go writes, Go ends", []act{goUpdate, goDelete}, false},
		{"Go writes, Django ends", []act{goUpdate, djangoDelete}, false},
		{"Go writes, Django saves", []act{goUpdate, djangoSave}, false},
		{"Go writes twice", []act{goUpdate, goUpdate}, false},
		{"Go ends twice", []act{goDelete, goDelete}, false},
		{"Go ends, Django saves", []act{goDelete, djangoSave}, false},
		{"Go reads, Django saves, Django ends", []act{goRead, djangoSave, djangoDelete}, true},
	} {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				orders, err := schedstore.Distinct(p.run)
				if err != nil {
					t.Error(err)
				}
				t.Logf("%d orders", orders)
			})
		})
	}
}
