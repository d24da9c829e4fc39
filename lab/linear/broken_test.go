package linear

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/memstore"
)

// The stores below are broken on purpose, as real ones are.

// upserting writes whatever is there by now.
type upserting struct{ *memstore.Store }

func (s upserting) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	version, err := s.Store.Update(ctx, key, old, rec)
	if err == nil {
		return version, nil
	}
	if err := s.Delete(ctx, key); err != nil {
		return 0, err
	}
	return s.Create(ctx, key, rec)
}

// overwriting looks whether there is a record, and not whether it is the one read.
type overwriting struct{ *memstore.Store }

func (s overwriting) Update(ctx context.Context, key session.Key, _, rec session.Record) (uint64, error) {
	is, err := s.Load(ctx, key)
	if err != nil {
		return 0, err
	}
	return s.Store.Update(ctx, key, is, rec)
}

// stale answers from copies, which nobody takes away.
type stale struct {
	*memstore.Store
	copies *sync.Map
}

func (s stale) Load(ctx context.Context, key session.Key) (session.Record, error) {
	if rec, ok := s.copies.Load(key); ok {
		return rec.(session.Record), nil
	}
	rec, err := s.Store.Load(ctx, key)
	if err == nil {
		s.copies.Store(key, rec)
	}
	return rec, err
}

// late deletes when it is asked for the record the next time.
type late struct {
	*memstore.Store
	deleted *sync.Map
}

func (s late) Delete(_ context.Context, key session.Key) error {
	s.deleted.Store(key, true)
	return nil
}

func (s late) Load(ctx context.Context, key session.Key) (session.Record, error) {
	rec, err := s.Store.Load(ctx, key)
	if _, ok := s.deleted.LoadAndDelete(key); ok {
		err = errors.Join(err, s.Store.Delete(ctx, key))
	}
	return rec, err
}

// reviving rotates whether or not there is something to rotate.
type reviving struct{ *memstore.Store }

func (s reviving) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	version, err := s.Store.Replace(ctx, key, old, rec, newKey, newRec)
	if err != nil {
		version, err = s.Create(ctx, newKey, newRec)
	}
	return version, err
}

// forking leaves the old record when it rotates.
type forking struct{ *memstore.Store }

func (s forking) Replace(ctx context.Context, _ session.Key, _, _ session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	return s.Create(ctx, newKey, newRec)
}

// overtaken ends the sessions that it has found, though they may have been rotated
// since.
type overtaken struct{ *memstore.Store }

func (s overtaken) DeleteBySubject(ctx context.Context, subject string, _ ...session.Key) (int, error) {
	found, err := s.BySubject(ctx, subject)
	for range 100 {
		runtime.Gosched() // let the others rotate
	}
	for _, e := range found {
		err = errors.Join(err, s.Delete(ctx, e.Key))
	}
	return len(found), err
}

// TestBroken: what no store may do is found.
func TestBroken(t *testing.T) {
	for name, broken := range map[string]func(*memstore.Store) session.Store{
		"upserting":   func(s *memstore.Store) session.Store { return upserting{s} },
		"overwriting": func(s *memstore.Store) session.Store { return overwriting{s} },
		"stale":       func(s *memstore.Store) session.Store { return stale{s, new(sync.Map)} },
		"late":        func(s *memstore.Store) session.Store { return late{s, new(sync.Map)} },
		"reviving":    func(s *memstore.Store) session.Store { return reviving{s} },
		"forking":     func(s *memstore.Store) session.Store { return forking{s} },
		"overtaken":   func(s *memstore.Store) session.Store { return overtaken{s} },
	} {
		t.Run(name, func(t *testing.T) {
			node := racetest.Local(agent{broken(memstore.New(memstore.Options{}))})
			if check(t, run(t, often, node, node)) == nil {
				t.Error("nobody has found it")
			}
		})
	}
}

// TestSound: on a sound store there is nothing to find.
func TestSound(t *testing.T) {
	node := racetest.Local(agent{memstore.New(memstore.Options{})})
	if bad := check(t, run(t, often, node, node)); bad != nil {
		t.Errorf("this can't be:\n%v", bad)
	}
}
