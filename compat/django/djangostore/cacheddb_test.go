package djangostore

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/kvtest"
	"github.com/coatcheck-go/session/kv/memkv"
)

func cachedDB(t *testing.T, cache kv.Store, table kv.Expirer) *CachedDB {
	t.Helper()
	s, err := NewCachedDB(cache, table, CachedDBOptions{Encode: pickled})
	must(t, err)
	return s
}

func TestCachedDB(t *testing.T) {
	t.Parallel()
	kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
		entries, rows := memkv.New(), memTable{memkv.New()}
		return cachedDB(t, entries, rows), cachedDB(t, entries, rows)
	})
}

// counting is a table that counts how often it is read, and can fail.
type counting struct {
	memTable

	reads int
	err   error
}

func (c *counting) GetUntil(ctx context.Context, key string) (string, time.Time, error) {
	c.reads++
	if c.err != nil {
		return "", time.Time{}, c.err
	}
	return c.memTable.GetUntil(ctx, key)
}

func (c *counting) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	return errors.Join(c.err, c.memTable.Swap(ctx, key, old, value, ttl))
}

func get(t *testing.T, s kv.Store, want string) {
	t.Helper()
	if value, err := s.Get(t.Context(), key); value != want || err != nil {
		t.Errorf("%q, %v, want %q", value, err, want)
	}
}

// What Go wrote or read is answered by the cache; what Django put there isn't believed.
func TestCachedDBReads(t *testing.T) {
	entries, rows := memkv.New(), &counting{memTable: memTable{memkv.New()}}
	s := cachedDB(t, entries, rows)
	must(t, s.Add(t.Context(), key, "one", time.Hour))
	get(t, s, "one")
	if rows.reads != 0 {
		t.Errorf("%d reads after Add", rows.reads)
	}
	must(t, entries.Delete(t.Context(), key)) // as a cache forgets
	get(t, s, "one")
	get(t, s, "one")
	must(t, entries.Delete(t.Context(), key), entries.Add(t.Context(), key, smallDict, time.Hour)) // as Django fills
	get(t, s, "one")
	get(t, s, "one")
	if rows.reads != 2 {
		t.Errorf("%d reads, want 2", rows.reads)
	}
	must(t, s.Swap(t.Context(), key, "one", "two", time.Hour))
	get(t, s, "two")
	if rows.reads != 2 {
		t.Errorf("%d reads after Swap", rows.reads)
	}
}

// An entry of Go's is read anew when it is as old as it may be.
func TestCachedDBMaxAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows := &counting{memTable: memTable{memkv.New()}}
		s := cachedDB(t, memkv.New(), rows)
		must(t, s.Add(t.Context(), key, "one", time.Hour))
		time.Sleep(9 * time.Minute)
		get(t, s, "one")
		if rows.reads != 0 {
			t.Errorf("%d reads", rows.reads)
		}
		time.Sleep(time.Minute)
		get(t, s, "one")
		if rows.reads != 1 {
			t.Errorf("%d reads", rows.reads)
		}
	})
}

// A copy doesn't outlive the session, even where a cache keeps it longer.
func TestCachedDBCopyEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := cachedDB(t, memkv.New(), memTable{memkv.New()})
		entry, ttl := s.copy("one", time.Second)
		if value, ok := s.copied(entry); value != "one" || !ok || ttl != time.Second {
			t.Errorf("%q, %v for %v", value, ok, ttl)
		}
		time.Sleep(time.Second)
		if _, ok := s.copied(entry); ok {
			t.Error("it is still a copy")
		}
	})
}

// A write that isn't known to be done keeps the session out of the cache for a while.
func TestCachedDBUnknownWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows := &counting{memTable: memTable{memkv.New()}}
		s := cachedDB(t, memkv.New(), rows)
		must(t, s.Add(t.Context(), key, "one", time.Hour))
		rows.err = errNowhere
		if err := s.Swap(t.Context(), key, "one", "two", time.Hour); !errors.Is(err, errNowhere) {
			t.Error(err)
		}
		rows.err = nil
		get(t, s, "two")
		get(t, s, "two")
		if rows.reads != 2 {
			t.Errorf("%d reads, want 2: it was cached", rows.reads)
		}
		time.Sleep(40 * time.Second)
		get(t, s, "two")
		get(t, s, "two")
		if rows.reads != 3 {
			t.Errorf("%d reads, want 3", rows.reads)
		}
	})
}

// broken is a cache that can't be reached.
type broken struct{ kv.Store }

func (broken) Get(context.Context, string) (string, error) { return "", errNowhere }

func TestCachedDBWithoutCache(t *testing.T) {
	rows := &counting{memTable: memTable{memkv.New()}}
	s := cachedDB(t, broken{memkv.New()}, rows)
	must(t, rows.Add(t.Context(), key, "one", time.Hour))
	get(t, s, "one")
	for _, err := range []error{
		s.Add(t.Context(), "other", "one", time.Hour), s.Swap(t.Context(), key, "one", "two", time.Hour), s.Delete(t.Context(), key),
	} {
		if !errors.Is(err, errNowhere) {
			t.Error(err)
		}
	}
	get(t, s, "one")
}

// What can't be encoded or is too large isn't cached, and is no error.
func TestCachedDBUncached(t *testing.T) {
	for name, encode := range map[string]func(string) (string, error){
		"an error":  func(string) (string, error) { return "", errNowhere },
		"too large": func(string) (string, error) { return smallDict + string(make([]byte, kv.MaxValue)), nil },
	} {
		entries, rows := memkv.New(), &counting{memTable: memTable{memkv.New()}}
		s, err := NewCachedDB(entries, rows, CachedDBOptions{Encode: encode})
		must(t, err, s.Add(t.Context(), key, "one", time.Hour))
		get(t, s, "one")
		if _, err := entries.Get(t.Context(), key); !errors.Is(err, session.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewCachedDBErrors(t *testing.T) {
	entries, rows := memkv.New(), memTable{memkv.New()}
	for name, o := range map[string]CachedDBOptions{
		"no Encode": {}, "MaxAge": {Encode: pickled, MaxAge: -1}, "Timeout": {Encode: pickled, Timeout: -1},
	} {
		if _, err := NewCachedDB(entries, rows, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := NewCachedDB(nil, rows, CachedDBOptions{Encode: pickled}); err == nil {
		t.Error("no cache: no error")
	}
}

func TestCachedDBJSON(t *testing.T) {
	entries, rows := memkv.New(), &counting{memTable: memTable{memkv.New()}}
	s, err := NewCachedDB(entries, rows, CachedDBOptions{JSON: true, Encode: func(string) (string, error) { return `{"a": 1}`, nil }})
	must(t, err, s.Add(t.Context(), key, token, time.Hour))
	get(t, s, token)
	if rows.reads != 0 {
		t.Errorf("%d reads", rows.reads)
	}
}
