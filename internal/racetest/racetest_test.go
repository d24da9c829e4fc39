package racetest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/memstore"
)

// The stores below are broken on purpose, as real ones are.

// upserting saves whatever is there by now.
type upserting struct{ *memstore.Store }

func (s upserting) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	version, err := s.Store.Update(ctx, key, old, rec)
	if err == nil {
		return version, nil
	}
	err = s.Delete(ctx, key)
	if err == nil {
		version, err = s.Create(ctx, key, rec)
	}
	return version, err
}

// reviving makes a record again that it is to touch.
type reviving struct{ *memstore.Store }

func (s reviving) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	err := s.Store.Touch(ctx, key, old, expires)
	if errors.Is(err, session.ErrNotFound) {
		old.Expires = expires
		_, err = s.Create(ctx, key, old)
	}
	return err
}

// careless replaces whether or not there is something to replace.
type careless struct{ *memstore.Store }

func (s careless) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	version, err := s.Store.Replace(ctx, key, old, rec, newKey, newRec)
	if err != nil {
		version, err = s.Create(ctx, newKey, newRec)
	}
	return version, err
}

func site(t *testing.T, store session.Store) racetest.Site {
	handler, err := racetest.NewSite(store)
	if err != nil {
		t.Fatal(err)
	}
	return racetest.Site{racetest.Local(handler), racetest.Local(handler)}
}

func TestFindsFaults(t *testing.T) {
	sound := memstore.New(memstore.Options{})
	for _, test := range []struct {
		store session.Store
		race  func(racetest.Site) error
		want  string
	}{
		{upserting{sound}, racetest.LostUpdates, "an update was lost"},
		{upserting{sound}, racetest.Increments, "increment"},
		{upserting{sound}, revivals(racetest.Write, racetest.Logout), "slow write overtaken by logout"},
		{upserting{sound}, revivals(racetest.Write, racetest.EndAll), "slow write overtaken by end-all"},
		{upserting{sound}, revivals(racetest.Write, racetest.Rotate), "slow write overtaken by rotate"},
		{reviving{sound}, revivals(racetest.Read, racetest.Logout), "the session came back"},
		{reviving{sound}, revivals(racetest.Read, racetest.EndAll), "the session came back"},
		{careless{sound}, revivals(racetest.Rotate, racetest.Logout), "slow rotate overtaken by logout"},
		{careless{sound}, revivals(racetest.Rotate, racetest.Rotate), "slow rotate overtaken by rotate"},
		{careless{sound}, revivals(racetest.Login, racetest.EndAll), "slow login overtaken by end-all"},
		{careless{sound}, revivals(racetest.Login, racetest.RotateAtOnce), "slow login overtaken by rotate-at-once"},
	} {
		err := test.race(site(t, test.store))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%T: want %q, got: %v", test.store, test.want, err)
		}
	}
}

func revivals(slow, overtaker string) func(racetest.Site) error {
	return func(s racetest.Site) error {
		return racetest.Revivals(s, racetest.Race{Slow: slow, Overtaker: overtaker})
	}
}
