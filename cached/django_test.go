package cached_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/schedstore"
	"github.com/coatcheck-go/session/kv"
)

// django is how Django's cached_db does it: the database first, then the cache,
// without a condition.
type django struct {
	session.Store
	cache kv.Store
}

func likeDjango(cache kv.Store, truth session.Store) session.Store { return django{truth, cache} }

func (d django) Load(ctx context.Context, key session.Key) (session.Record, error) {
	if data, err := d.cache.Get(ctx, string(key)); err == nil {
		return session.Record{Data: data}, nil
	}
	rec, err := d.Store.Load(ctx, key)
	if err == nil {
		_ = d.cache.Delete(ctx, string(key)) // with Add it is what set does
		_ = d.cache.Add(ctx, string(key), rec.Data, time.Until(rec.Expires))
	}
	return rec, err
}

func (d django) Delete(ctx context.Context, key session.Key) error {
	return errors.Join(d.Store.Delete(ctx, key), d.cache.Delete(ctx, string(key)))
}

// TestDjangosRace shows that playing every order finds the revival that Django has: a
// reader misses the cache and reads the database, the session is deleted from both,
// and then the reader fills the cache with it.
func TestDjangosRace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := schedstore.Distinct(func(r *schedstore.Run) error {
			return settings[0].play(r, likeDjango)
		})
		if !errors.Is(err, errRevived) {
			t.Errorf("error %v, want %v", err, errRevived)
		}
	})
}
