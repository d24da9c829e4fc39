package djangostore

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// What the stores of each kind do by themselves, with payloads that Django has made.
func TestStores(t *testing.T) {
	eachPair(t, kinds, func(t *testing.T, p pair) {
		for seed := range 2 {
			p.round(t, 2*seed)
		}
	})
}

const week = 7 * 24 * time.Hour

func (p pair) round(t *testing.T, seed int) {
	t.Helper()
	first, second := p.app.fill(seed), p.app.make(seed+1)
	payload := p.get(t, first.Key)
	p.same(t, "Go reads what Django wrote", p.app.parse(payload), first.Dict)
	check(t, p.store.Swap(t.Context(), first.Key, payload, payload, week))
	p.sees(t, "Django reads what Go wrote unchanged", first.Key, first.Dict)
	check(t, p.store.Swap(t.Context(), first.Key, payload, second.Payload, week))
	p.sees(t, "Django reads what Go wrote", first.Key, second.Dict)

	key := fmt.Sprintf("%032d", seed)
	check(t, p.store.Add(t.Context(), key, second.Payload, week))
	p.sees(t, "Django reads what Go added", key, second.Dict)
	saved := p.app.put(key, "more", seed)
	p.same(t, "Go reads what Django saved", p.app.parse(p.get(t, key)), saved.Dict)
	p.app.end(key)
	p.gone(t, key)
	check(t, p.store.Delete(t.Context(), first.Key))
	if p.app.look(first.Key).There {
		t.Error("Django sees what Go has deleted")
	}
	if s := p.app.put(first.Key, "late", 1); s.Key == first.Key {
		t.Error("Django brings back what Go has deleted")
	} else {
		p.app.end(s.Key)
	}
}

func (p pair) get(t *testing.T, key string) string {
	t.Helper()
	payload, err := p.store.Get(t.Context(), key)
	check(t, err)
	return payload
}

func (p pair) same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %.2000s\nwant %.2000s", what, got, want)
	}
}

func (p pair) sees(t *testing.T, what, key, want string) {
	t.Helper()
	p.same(t, what, p.app.look(key).Dict, want)
}

// gone checks that Go finds nothing, and can't write either.
func (p pair) gone(t *testing.T, key string) {
	t.Helper()
	if _, err := p.store.Get(t.Context(), key); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("Go sees what Django has deleted: %v", err)
	}
}
