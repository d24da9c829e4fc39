package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/coatcheck-go/session"
)

// openMap is for Check; it counts the stores that are open.
func openMap(still *int, wrap func(*mapStore) session.Store) func(context.Context) (session.Store, session.Store, func() error, error) {
	return func(context.Context) (a, b session.Store, end func() error, err error) {
		*still++
		s := wrap(newMapStore())
		return s, s, func() error { *still--; return nil }, nil
	}
}

// verbsOnly is a mapStore without abilities.
type verbsOnly struct{ session.Store }

// forgetful loses what is updated.
type forgetful struct{ *mapStore }

func (f forgetful) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	v, err := f.mapStore.Update(ctx, key, old, rec)
	return v, errors.Join(err, f.mapStore.Delete(ctx, key))
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		wrap         func(*mapStore) session.Store
		seen, absent bool
	}{
		"sound":     {wrap: func(m *mapStore) session.Store { return m }},
		"plain":     {wrap: func(m *mapStore) session.Store { return verbsOnly{m} }, absent: true},
		"forgetful": {wrap: func(m *mapStore) session.Store { return forgetful{m} }, seen: true},
	} {
		t.Run(name, func(t *testing.T) {
			open, results, seen, absent := 0, 0, false, false
			err := Check(t.Context(), openMap(&open, c.wrap), func(r Result) {
				results++
				seen = seen || len(r.Seen) > 0
				absent = absent || r.Absent
				if r.Case == "" || r.Rule == "" || r.Absent && r.Seen != nil {
					t.Errorf("a result of nothing: %+v", r)
				}
			})
			if err != nil || open != 0 || results != len(cases()) {
				t.Errorf("%v, %d stores still open, %d of %d results", err, open, results, len(cases()))
			}
			if seen != c.seen || absent != c.absent {
				t.Errorf("faults seen: %v, want %v; abilities missing: %v, want %v", seen, c.seen, absent, c.absent)
			}
		})
	}
}

func TestCheckStops(t *testing.T) {
	down := errors.New("down")
	unreachable := func(context.Context) (a, b session.Store, end func() error, err error) { return nil, nil, nil, down }
	if err := Check(t.Context(), unreachable, func(Result) { t.Error("a result") }); !errors.Is(err, down) {
		t.Errorf("of a store that can't be opened: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	open, results := 0, 0
	err := Check(ctx, openMap(&open, func(m *mapStore) session.Store { return m }), func(Result) { results++; cancel() })
	if !errors.Is(err, context.Canceled) || results != 1 || open != 0 {
		t.Errorf("cancelled after the first case: %v, %d results, %d stores still open", err, results, open)
	}
}
