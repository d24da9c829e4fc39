package flasksession

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/coatcheck-go/session"
)

// rounds is how many sessions there are for each kind of store.
const rounds = 250

// A random session of Flask's is the same in Go and after Go has changed it, and a
// random value of Go's is the same in Flask and after Flask has written it again.
func TestRandomSessions(t *testing.T) {
	eachPair(t, func(t *testing.T, p pair) {
		r := rand.New(rand.NewPCG(1, 2))
		for seed := range rounds {
			p.round(t, seed, r)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	})
}

func (p pair) round(t *testing.T, seed int, r *rand.Rand) {
	t.Helper()
	cookie := p.flask.fill(seed, p.bits, p.pickled)
	first := p.flask.look(cookie)
	s := p.open(t, cookie)
	p.equal(t, "as Flask made it", s, "v", first.Values["v"])
	check(t, s.Set("go", value(r, p.bits, 3)))
	check(t, s.Save())
	p.equal(t, "as Go made it", s, "go", "")

	second := p.flask.look(cookie)
	sameBut(t, first.Values, second.Values, "go")
	s = p.open(t, cookie)
	p.equal(t, "as Flask wrote it again", s, "go", second.Values["go"])
	p.equal(t, "after both", s, "v", first.Values["v"])
	check(t, s.Delete("go"))
	check(t, s.Save())
	third := p.flask.look(cookie)
	sameBut(t, first.Values, third.Values, "")
	p.end(t, cookie, seed)
}

func (p pair) open(t *testing.T, cookie string) *session.Session {
	t.Helper()
	s, err := p.manager.Open(t.Context(), session.Token(cookie))
	check(t, err)
	return s
}

// equal compares a value in Go's eyes with what it is in Flask's; want may be empty,
// for what only has to be readable.
func (p pair) equal(t *testing.T, when string, s *session.Session, key, want string) {
	t.Helper()
	v, err := s.Get(key)
	check(t, err)
	if want == "" {
		return
	}
	if got := canonical(t, v); got != want {
		t.Errorf("%s: %.2000s\nwant %.2000s", when, got, want)
	}
}

// sameBut compares two views of Flask's, of which the second one may have another key.
func sameBut(t *testing.T, a, b map[string]string, another string) {
	t.Helper()
	for key, want := range a {
		if b[key] != want {
			t.Errorf("%s is %.2000s\nwant %.2000s", key, b[key], want)
		}
	}
	for key := range b {
		if _, ok := a[key]; !ok && key != another {
			t.Errorf("there is a key %s", key)
		}
	}
	if _, ok := b[another]; !ok && another != "" {
		t.Errorf("there is no key %s", another)
	}
}

// end signs out on either side; then it is out on both.
func (p pair) end(t *testing.T, cookie string, seed int) {
	t.Helper()
	if seed%2 == 0 {
		check(t, p.manager.End(t.Context(), session.Token(cookie)))
		if left := p.flask.look(cookie); len(left.Values) > 1 {
			t.Errorf("Flask still sees %v", left.Values)
		}
		return
	}
	var answer struct{ Cookie string }
	p.flask.ask(&answer, "end", map[string]any{"cookie": cookie})
	if _, err := p.manager.Open(t.Context(), session.Token(cookie)); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("Go still sees a session: %v", err)
	}
}

// A session that Go makes is one in Flask, with its login.
func TestNewInGo(t *testing.T) {
	eachPair(t, func(t *testing.T, p pair) {
		s := p.manager.New(t.Context())
		check(t, errors.Join(s.Set("a", 1), s.Login("ada"), s.Save()))
		token := s.Token().Reveal()
		got := p.flask.look(token)
		want := map[string]string{"_permanent": "true", "a": "i1", "username": "s616461"}
		if got.Cookie != token || len(got.Values) != len(want) {
			t.Errorf("Flask sees %v", got.Values)
		}
		sameBut(t, want, got.Values, "")
	})
}
