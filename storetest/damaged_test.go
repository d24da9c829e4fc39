package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/coatcheck-go/session"
)

// A brittle store is a right one whose records can be damaged. It is not for
// concurrent use.
type brittle struct {
	*hooked
	whole   *mapStore // knows nothing of damage
	damaged map[session.Key]bool
}

func newBrittle() *brittle {
	m := newMapStore()
	b := &brittle{hook(m), m, map[session.Key]bool{}}
	b.load = func(ctx context.Context, key session.Key) (session.Record, error) {
		if b.damaged[key] {
			return session.Record{}, fmt.Errorf("mapstore: %w", session.ErrBroken)
		}
		return m.Load(ctx, key)
	}
	b.create = func(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
		if b.damaged[key] {
			delete(m.records, key)
			delete(b.damaged, key)
		}
		return m.Create(ctx, key, r)
	}
	b.update = func(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
		if b.damaged[key] {
			return 0, fmt.Errorf("mapstore: %w", session.ErrBroken)
		}
		return m.Update(ctx, key, old, r)
	}
	b.delete = func(ctx context.Context, key session.Key) error {
		delete(b.damaged, key)
		return m.Delete(ctx, key)
	}
	b.bySubject = func(ctx context.Context, subject string) ([]session.Entry, error) {
		all, err := m.BySubject(ctx, subject)
		return b.readable(all), err
	}
	b.deleteBySubject = func(ctx context.Context, subject string, except ...session.Key) (int, error) {
		n, err := m.DeleteBySubject(ctx, subject, except...)
		maps.DeleteFunc(b.damaged, func(key session.Key, _ bool) bool { return m.free(key) == nil })
		return n, err
	}
	b.list = func(ctx context.Context, cursor string, limit int) ([]session.Entry, string, error) {
		page, next, err := m.List(ctx, cursor, limit)
		return b.readable(page), next, err
	}
	return b
}

func (b *brittle) readable(all []session.Entry) []session.Entry {
	return slices.DeleteFunc(all, func(e session.Entry) bool { return b.damaged[e.Key] })
}

func (b *brittle) damage(key session.Key) { b.damaged[key] = true }

func TestRightStoresStandDamage(t *testing.T) {
	for name, hide := range hiding {
		t.Run(name, func(t *testing.T) {
			RunDamaged(t, func(*testing.T) (session.Store, func(session.Key)) {
				b := newBrittle()
				return hide(b), b.damage
			})
		})
	}
}

// brokenByDamage are stores that don't know what to do with what they can't
// read, by the one case that each fails.
var brokenByDamage = map[string]func(*brittle){
	"damaged/load": func(b *brittle) {
		right := b.load
		b.load = func(ctx context.Context, key session.Key) (session.Record, error) {
			r, err := right(ctx, key)
			if errors.Is(err, session.ErrBroken) {
				err = fmt.Errorf("mapstore: %w", session.ErrNotFound)
			}
			return r, err
		}
	},
	"damaged/create": func(b *brittle) { b.create = b.whole.Create },
	"damaged/update": func(b *brittle) { b.update = b.whole.Update },
	"damaged/delete": func(b *brittle) {
		right := b.delete
		b.delete = func(ctx context.Context, key session.Key) error {
			if b.damaged[key] {
				return nil
			}
			return right(ctx, key)
		}
	},
	"damaged/by-subject": func(b *brittle) { b.bySubject = b.whole.BySubject },
	"damaged/delete-by-subject": func(b *brittle) {
		b.deleteBySubject = func(ctx context.Context, subject string, _ ...session.Key) (int, error) {
			all, err := b.bySubject(ctx, subject)
			for _, e := range all {
				err = cmp.Or(err, b.delete(ctx, e.Key))
			}
			return len(all), err
		}
	},
	"damaged/list": func(b *brittle) { b.list = b.whole.List },
}

func TestStoresBrokenByDamageFail(t *testing.T) {
	for _, tc := range damagedCases {
		if brokenByDamage[tc.name] == nil {
			t.Errorf("no broken store fails %s", tc.name)
		}
		for name, breakIt := range brokenByDamage {
			b := newBrittle()
			breakIt(b)
			seen := tc.run(t.Context(), &check{a: b, b: b, damage: b.damage})
			if failed := len(seen) > 0; failed != (name == tc.name) {
				t.Errorf("%s, on the store made to fail %s: %q", tc.name, name, seen)
			}
		}
	}
}
