package flask

import (
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/flask"
)

// view lets Flask run steps for a visitor, and returns the cookie that the visitor
// then has.
func (f *flask) view(token string, steps ...step) (newer, body string) {
	f.t.Helper()
	cookie := ""
	if token != "" {
		cookie = "session=" + token
	}
	r := f.request(exchange{steps: steps}, cookie)
	for _, line := range r.Cookies {
		line, _, _ = strings.Cut(line, ";")
		token = strings.TrimPrefix(line, "session=")
	}
	return token, strings.TrimSpace(r.Body)
}

// A Flask host whose clock is slow takes our cookie if that is dated back far enough, and
// else drops it.
func TestBackDate(t *testing.T) {
	eachFlask(t, func(t *testing.T, f *flask, _ bool) {
		for _, back := range []time.Duration{-1, 10 * time.Second} {
			e, err := compat.New(compat.Options{SecretKeys: []string{peerKey}, BackDate: back})
			check(t, err)
			m, err := session.New(e.Config(session.Config{}))
			check(t, err)
			s := m.New(t.Context())
			check(t, s.Set("a", 1))
			check(t, s.Save())
			var answer struct{ Taken bool }
			f.Ask(map[string]any{"op": "slow", "seconds": 10, "token": s.Token().Reveal()}, &answer)
			if answer.Taken != (back > 0) {
				t.Errorf("dated back by %v: taken %v", back, answer.Taken)
			}
		}
	})
}

// One visitor, pages of both: signing in, the cart, messages and signing out are seen by
// the other side at once.
func TestOneSessionOfBoth(t *testing.T) {
	eachFlask(t, func(t *testing.T, f *flask, _ bool) {
		m := newManager(t)
		token, _ := f.view("", step{"set", "username", "alice"}, step{"flash", "Hello", "info"})
		token = change(t, m, token, func(s *session.Session) error {
			if subject, err := s.Subject(); subject != "alice" {
				t.Errorf("%q is signed in, %v", subject, err)
			}
			if flashes, err := s.Flashes(); len(flashes) != 1 || flashes[0].Message != "Hello" || flashes[0].Level != session.Notice {
				t.Errorf("%v, %v", flashes, err)
			}
			check(t, s.Set("cart", map[string]int{"tea": 2}))
			return s.AddFlash(session.Flash{Level: session.Success, Message: "Added"})
		})
		token, body := f.view(token, step{"get", "username"}, step{"get", "cart"}, step{"flashed"})
		if body != `["alice", {"tea": 2}, [["success", "Added"]]]` {
			t.Errorf("Flask sees %s", body)
		}
		token = change(t, m, token, func(s *session.Session) error { return s.Login("bob") })
		if _, body = f.view(token, step{"get", "username"}, step{"has", "cart"}, step{"flashed"}); body != `["bob", false, []]` {
			t.Errorf("after another login Flask sees %s", body)
		}
		if token, _ = f.view(token, step{"delete", "username"}); token != "" {
			t.Errorf("signed out in Flask: %s is left", token)
		}
	})
}
