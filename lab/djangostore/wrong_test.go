package djangostore

import (
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

// Here a request of Django's is held up in the middle, while Go does something to its
// session. What Django then does wrong is its own, and told in docs/interop.md. If it
// doesn't any more, that should be told, too.

// A request of Django's has read the session, and saves it after Go has ended it or given
// it another key. The session stays gone, and Django is told.
func TestGoEndsWhileDjangoWorks(t *testing.T) {
	eachPair(t, kinds, func(t *testing.T, p pair) {
		for name, act := range map[string]func(*session.Session) error{"end": (*session.Session).Destroy, "rotate": (*session.Session).Rotate} {
			key := p.app.fill(1).Key
			goOn := p.app.pause("late", key)
			p.act(t, key, act)
			if s := goOn(); !s.Gone {
				t.Errorf("%s: Django doesn't notice that the session is gone", name)
			}
			p.nowhere(t, key)
		}
	})
}

// The same, but Go has changed it: Django overwrites that, with each engine.
func TestGoChangesWhileDjangoWorks(t *testing.T) {
	eachPair(t, kinds, func(t *testing.T, p pair) {
		key := p.app.fill(1).Key
		goOn := p.app.pause("late", key)
		p.act(t, key, set("go"))
		goOn()
		if got := p.app.look(key).Dict; !strings.Contains(got, "'late':int1") || strings.Contains(got, "'go'") {
			t.Errorf("Django keeps what Go has changed: %.300s", got)
		}
		if payload := p.get(t, key); p.app.parse(payload) != p.app.look(key).Dict {
			t.Error("Go and Django see something else")
		}
	})
}

// A save of Django's has seen that the session is there, and then Go ends it. Where Django
// writes in the same step as it looks, which is in a table, the session stays gone; where it
// doesn't, Django brings it back, for Go as well.
func TestGoEndsWhileDjangoSaves(t *testing.T) {
	eachPair(t, some("cache", "file"), func(t *testing.T, p pair) {
		key := p.app.fill(1).Key
		goOn := p.app.pause("blind", key)
		p.act(t, key, (*session.Session).Destroy)
		if s := goOn(); s.Gone || !p.app.look(key).There {
			t.Error("Django doesn't bring the session back")
		}
		p.act(t, key, (*session.Session).Destroy)
		p.nowhere(t, key)
	})
}

// With cached_db, a request of Django's has read from the table or written to it, and is held
// up before it tells the cache: meanwhile Go ends the session. Django brings it back, for
// itself. Go isn't misled, and puts it right.
func TestGoEndsWhileDjangoFills(t *testing.T) {
	eachPair(t, some("cached_db"), func(t *testing.T, p pair) {
		for _, op := range []string{"fills", "blind"} {
			key := p.app.fill(1).Key
			p.app.do("forget", map[string]any{"key": key})
			goOn := p.app.pause(op, key)
			p.act(t, key, (*session.Session).Destroy)
			goOn()
			if !p.app.look(key).There {
				t.Errorf("%s: Django doesn't revive the session", op)
			}
			p.nowhere(t, key)
		}
	})
}

// The same, and Go changes the session: Django sees the old one, until Go has looked.
func TestGoChangesWhileDjangoFills(t *testing.T) {
	eachPair(t, some("cached_db"), func(t *testing.T, p pair) {
		key, second := p.app.fill(2).Key, p.app.make(3)
		payload := p.get(t, key)
		p.app.do("forget", map[string]any{"key": key})
		goOn := p.app.pause("fills", key)
		check(t, p.store.Swap(t.Context(), key, payload, second.Payload, week))
		goOn()
		p.same(t, "Go sees its change", p.get(t, key), second.Payload)
		p.sees(t, "and so does Django", key, second.Dict)
	})
}

// some are the kinds with these engines.
func some(engines ...string) (some []kind) {
	for _, k := range kinds {
		for _, engine := range engines {
			if k.engine == engine {
				some = append(some, k)
			}
		}
	}
	return some
}

// act does something to a session, as a request to Go.
func (p pair) act(t *testing.T, key string, act func(*session.Session) error) {
	t.Helper()
	s := p.opened(t, p.store, key)
	check(t, act(s), s.Save())
}

func set(name string) func(*session.Session) error {
	return func(s *session.Session) error { return s.Set(name, 1) }
}

// nowhere checks that neither side finds a session.
func (p pair) nowhere(t *testing.T, key string) {
	t.Helper()
	p.gone(t, key)
	if p.app.look(key).There {
		t.Error("Django sees a session that was ended")
	}
}
