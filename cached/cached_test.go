package cached_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/cached"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/memkv"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/storetest"
)

func newStore(t *testing.T, cache kv.Store, truth session.Store, o cached.Options) *cached.Store {
	t.Helper()
	s, err := cached.New(cache, truth, o)
	must(t, err)
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func record(data string) session.Record {
	return session.Record{Data: data, Subject: "alice", Expires: time.Now().Add(time.Hour).Truncate(time.Millisecond)}
}

// Two processes with one cache, over stores with all abilities and with none.
func TestStore(t *testing.T) {
	for name, hide := range map[string]func(*memstore.Store) session.Store{
		"every ability": func(s *memstore.Store) session.Store { return s },
		"no ability":    func(s *memstore.Store) session.Store { return struct{ session.Store }{s} },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) (a, b session.Store) {
				cache, truth := memkv.New(), hide(memstore.New(memstore.Options{}))
				return newStore(t, cache, truth, cached.Options{}), newStore(t, cache, truth, cached.Options{})
			})
		})
	}
}

func TestNewRefuses(t *testing.T) {
	cache, truth := memkv.New(), memstore.New(memstore.Options{})
	for _, refused := range []struct {
		cache kv.Store
		truth session.Store
		o     cached.Options
	}{
		{nil, truth, cached.Options{}},
		{cache, nil, cached.Options{}},
		{cache, truth, cached.Options{Prefix: "two words"}},
		{cache, truth, cached.Options{Prefix: strings.Repeat("p", 65)}},
		{cache, truth, cached.Options{MaxAge: -1}},
		{cache, truth, cached.Options{Timeout: -1}},
	} {
		if _, err := cached.New(refused.cache, refused.truth, refused.o); err == nil {
			t.Errorf("%+v is taken", refused.o)
		}
	}
}

// counting counts what reaches the truth.
type counting struct {
	session.Toucher
	loads int
}

func (c *counting) Load(ctx context.Context, key session.Key) (session.Record, error) {
	c.loads++
	return c.Toucher.Load(ctx, key)
}

// Reads are answered by the cache: after a write, after the first read, and after a
// touch of what it has.
func TestReadsComeFromTheCache(t *testing.T) {
	truth := &counting{Toucher: memstore.New(memstore.Options{})}
	cache := memkv.New()
	s := newStore(t, cache, truth, cached.Options{})
	version, err := s.Create(t.Context(), "key", record("one"))
	must(t, err)
	loads(t, s, truth, 0)

	old := session.Record{Version: version}
	must(t, s.Touch(t.Context(), "key", old, time.Now().Add(2*time.Hour)))
	loads(t, s, truth, 0)

	_, err = s.Update(t.Context(), "key", old, record("two"))
	must(t, err)
	loads(t, s, truth, 0)

	s = newStore(t, memkv.New(), truth, cached.Options{}) // the cache has lost all
	loads(t, s, truth, 1)
	loads(t, s, truth, 1)
}

func loads(t *testing.T, s session.Store, truth *counting, want int) {
	t.Helper()
	_, err := s.Load(t.Context(), "key")
	must(t, err)
	if truth.loads != want {
		t.Errorf("%d loads have reached the store behind, want %d", truth.loads, want)
	}
}

// What a kv.Store needn't take isn't cached.
func TestTooLargeForTheCache(t *testing.T) {
	truth := &counting{Toucher: memstore.New(memstore.Options{})}
	s := newStore(t, memkv.New(), truth, cached.Options{})
	_, err := s.Create(t.Context(), "key", record(strings.Repeat("x", kv.MaxValue)))
	must(t, err)
	loads(t, s, truth, 1)
	loads(t, s, truth, 2)
}

// broken is a cache that can't be reached.
type broken struct{}

var errDown = errors.New("no route to the cache")

func (broken) Get(context.Context, string) (string, error)                       { return "", errDown }
func (broken) Add(context.Context, string, string, time.Duration) error          { return errDown }
func (broken) Swap(context.Context, string, string, string, time.Duration) error { return errDown }
func (broken) Delete(context.Context, string) error                              { return errDown }

// Without the cache reads go on, and no write is done: it would leave an old copy
// behind for those who can reach the cache.
func TestCacheDown(t *testing.T) {
	truth := memstore.New(memstore.Options{})
	version, err := truth.Create(t.Context(), "key", record("one"))
	must(t, err)
	s := newStore(t, broken{}, truth, cached.Options{})
	if rec, err := s.Load(t.Context(), "key"); err != nil || rec.Data != "one" {
		t.Errorf("Load: %v", err)
	}
	old := session.Record{Version: version}
	_, created := s.Create(t.Context(), "other", record("two"))
	_, updated := s.Update(t.Context(), "key", old, record("two"))
	_, replaced := s.Replace(t.Context(), "key", old, record("two"), "new", record("two"))
	_, ended := s.DeleteBySubject(t.Context(), "alice")
	touched := s.Touch(t.Context(), "key", old, time.Now().Add(2*time.Hour))
	for i, err := range []error{created, updated, replaced, ended, touched, s.Delete(t.Context(), "key")} {
		if !errors.Is(err, errDown) {
			t.Errorf("write %d: %v, want %v", i, err, errDown)
		}
	}
	if rec, err := truth.Load(t.Context(), "key"); err != nil || rec.Version != version {
		t.Errorf("it was written to all the same (%v)", err)
	}
}

// late is a database that does what it is told after its client has given up.
type late struct{ session.Store }

var errGivenUp = errors.New("no answer")

func (late) Delete(context.Context, session.Key) error { return errGivenUp }

// When it isn't known whether a write was done, nothing is cached, for it may still
// come.
func TestWriteThatIsInDoubt(t *testing.T) {
	truth := memstore.New(memstore.Options{})
	s := newStore(t, memkv.New(), late{truth}, cached.Options{})
	_, err := s.Create(t.Context(), "key", record("one"))
	must(t, err)
	if err := s.Delete(t.Context(), "key"); !errors.Is(err, errGivenUp) {
		t.Fatalf("Delete: %v", err)
	}
	_, err = s.Load(t.Context(), "key")
	must(t, err)
	must(t, truth.Delete(t.Context(), "key")) // it does it after all
	if _, err := s.Load(t.Context(), "key"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("Load: %v, want %v", err, session.ErrNotFound)
	}
}
