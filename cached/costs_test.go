package cached_test

import (
	"context"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/cached"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/memkv"
	"github.com/coatcheck-go/session/memstore"
)

// asked counts the requests to a cache.
type asked struct {
	kv.Store
	times int
}

func (a *asked) Get(ctx context.Context, key string) (string, error) {
	a.times++
	return a.Store.Get(ctx, key)
}

func (a *asked) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	a.times++
	return a.Store.Add(ctx, key, value, ttl)
}

func (a *asked) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	a.times++
	return a.Store.Swap(ctx, key, old, value, ttl)
}

// The package's comment tells what each call costs.
func TestCosts(t *testing.T) {
	for _, subject := range []string{"", "alice"} {
		extra := min(len(subject), 1)
		cache, truth := &asked{Store: memkv.New()}, memstore.New(memstore.Options{})
		s := newStore(t, cache, truth, cached.Options{})
		rec := record("one")
		rec.Subject = subject
		costs := func(what string, want int, err error) {
			t.Helper()
			must(t, err)
			if cache.times != want {
				t.Errorf("subject %q: %s takes %d requests, want %d", subject, what, cache.times, want)
			}
			cache.times = 0
		}
		var err error
		rec.Version, err = s.Create(t.Context(), "key", rec)
		costs("Create", 3+extra, err)
		_, err = s.Load(t.Context(), "key")
		costs("Load that hits", 1, err)
		rec.Version, err = s.Update(t.Context(), "key", rec, rec)
		costs("Update", 3+extra, err)
		costs("Touch", 3+extra, s.Touch(t.Context(), "key", rec, time.Now().Add(2*time.Hour)))
		_, err = s.Replace(t.Context(), "key", rec, session.Record{}, "new", rec)
		costs("Replace", 6+extra, err)
		costs("Delete", 3, s.Delete(t.Context(), "new"))
		_, err = truth.Create(t.Context(), "other", rec)
		must(t, err)
		_, err = s.Load(t.Context(), "other")
		costs("Load that misses", 3+extra, err)
	}
}
