package flask

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/flask"
)

// count is how many random sessions go each way with each Flask.
const count = 2000

func newManager(t *testing.T) *session.Manager {
	t.Helper()
	e, err := compat.New(compat.Options{SecretKeys: []string{peerKey}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := session.New(e.Config(session.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Flask to Go to Flask: first a value is added and the others are left alone, then all
// of them are read and set again. Flask sees the same session each time.
func TestFromFlaskAndBack(t *testing.T) {
	eachFlask(t, func(t *testing.T, f *flask, _ bool) {
		m := newManager(t)
		for seed := range count {
			token := f.random(seed)
			touched := change(t, m, token, func(s *session.Session) error { return s.Set("mark", 1) })
			if diff := f.compare(token, touched, "mark"); diff != "" {
				t.Fatalf("seed %d, one value added: %s", seed, diff)
			}
			rewritten := change(t, m, touched, setAgain)
			if diff := f.compare(touched, rewritten, ""); diff != "" {
				t.Fatalf("seed %d, all values set again: %s", seed, diff)
			}
		}
	})
}

func setAgain(s *session.Session) error {
	items, err := s.Items()
	if err != nil {
		return err
	}
	if flashes, err := s.Flashes(); err != nil || len(flashes) > 0 {
		for _, f := range flashes {
			if err := s.AddFlash(f); err != nil {
				return err
			}
		}
		delete(items, "_flashes")
	}
	return s.SetAll(items)
}

// change returns the cookie of a session after act.
func change(t *testing.T, m *session.Manager, token string, act func(*session.Session) error) string {
	t.Helper()
	s, err := m.Open(t.Context(), session.Token(token))
	check(t, err)
	check(t, act(s))
	check(t, s.Save())
	return s.Token().Reveal()
}

// Go to Flask to Go: what comes back is what was set.
func TestToFlaskAndBack(t *testing.T) {
	eachFlask(t, func(t *testing.T, f *flask, _ bool) {
		m := newManager(t)
		for seed := range count {
			r := rand.New(rand.NewPCG(uint64(seed), 0))
			values := dict(r, 3)
			delete(values, "")
			values["always"] = value(r, 2)
			s := m.New(t.Context())
			check(t, s.SetAll(values))
			check(t, s.Save())
			back, err := m.Open(t.Context(), session.Token(f.again(s.Token().Reveal())))
			check(t, err)
			items, err := back.Items()
			check(t, err)
			if !reflect.DeepEqual(items, values) {
				t.Fatalf("seed %d: %#v\nbecame %#v", seed, values, items)
			}
		}
	})
}
