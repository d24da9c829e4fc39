package django

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django/password"
)

// whoami is who Django says it is.
func (v *visitor) whoami() string {
	v.s.t.Helper()
	var a struct{ User string }
	r := v.django(question{"path": "/whoami/"})
	check(v.s.t, json.Unmarshal([]byte(r.Body), &a))
	return a.User
}

// user makes a user, or gives one another password.
func (s *site) user(name, password string, active bool) (id, encoded string) {
	s.t.Helper()
	var a struct{ ID, Password string }
	s.ask(&a, question{"op": "user", "name": name, "password": password, "active": active})
	return a.ID, a.Password
}

// login goes through Django's own login view.
func (v *visitor) login(t *testing.T, name, password string) {
	t.Helper()
	v.django(question{"path": "/login/"})
	r := v.django(question{"path": "/login/", "form": map[string]string{
		"username": name, "password": password, "csrfmiddlewaretoken": v.cookies["csrftoken"],
	}})
	if r.Status != http.StatusFound {
		t.Fatalf("%+v", r)
	}
}

// Who signs in on one side is signed in on the other, and so for signing out. A change of the
// password in Django signs Go out.
func TestAuth(t *testing.T) {
	for name, open := range backends {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			s := start(t, newest)
			id, encoded := s.user("zoë", "first", true)
			v := s.visitor(b, nil)
			v.do(t, func(s *session.Session) error { return s.Set("cart", 1) })
			v.login(t, "zoë", "first")
			v.do(t, func(s *session.Session) error {
				if cart, err := session.Get[int](s, "cart"); err != nil || cart != 1 {
					t.Errorf("the anonymous visitor's cart: %d, %v", cart, err)
				}
				return s.Set("cart", 2)
			})
			if got := v.subject(); got != id || v.whoami() != "zoë" {
				t.Errorf("Go knows %q", got)
			}
			_, encodedAgain := s.user("zoë", "second", true)
			if got := v.subject(); got != "" {
				t.Errorf("after a change of the password Go knows %q", got)
			}
			if got := v.whoami(); got != "" {
				t.Errorf("and Django %q", got)
			}
			for typed, want := range map[string]string{"first": encoded, "second": encodedAgain} {
				if ok, outdated, err := password.Check(password.Default, typed, want); !ok || outdated || err != nil {
					t.Errorf("%s: %v %v %v", typed, ok, outdated, err)
				}
			}

			v.do(t, func(s *session.Session) error { return s.Login(id) })
			if got := v.whoami(); got != "zoë" {
				t.Errorf("signed in by Go, Django knows %q", got)
			}
			v.do(t, (*session.Session).Logout)
			if got := v.whoami(); got != "" {
				t.Errorf("signed out by Go, Django knows %q", got)
			}
			v.login(t, "zoë", "second")
			token := v.cookies["csrftoken"]
			if r := v.django(question{"path": "/logout/", "form": map[string]string{"csrfmiddlewaretoken": token}}); r.Status != http.StatusFound {
				t.Errorf("%+v", r)
			}
			if got := v.subject(); got != "" {
				t.Errorf("signed out by Django, Go knows %q", got)
			}
		})
	}
}

// A user who is made inactive is anonymous on either side, and keeps the session.
func TestAuth_Inactive(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		id, _ := s.user("zoe", "pw", true)
		v := s.visitor(b, nil)
		v.login(t, "zoe", "pw")
		key := v.cookies["sessionid"]
		_, err := s.users().db.ExecContext(t.Context(), "UPDATE auth_user SET is_active = 0 WHERE id = ?", id)
		check(t, err)
		if got := v.subject(); got != "" || v.whoami() != "" || v.cookies["sessionid"] != key {
			t.Errorf("Go knows %q", got)
		}
		_, err = s.users().db.ExecContext(t.Context(), "UPDATE auth_user SET is_active = 1 WHERE id = ?", id)
		check(t, err)
		if got := v.subject(); got != id || v.whoami() != "zoe" {
			t.Errorf("Go knows %q", got)
		}
	})
}

// When SECRET_KEY changes, sessions of before go on, and either side puts the new hash in.
func TestAuth_NewSecretKey(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		id, _ := s.user("zoe", "pw", true)
		v := s.visitor(b, nil)
		v.login(t, "zoe", "pw")
		renewed := s.visitor(b, question{"SECRET_KEY": "a newer key", "SECRET_KEY_FALLBACKS": []string{peerKey}})
		renewed.cookies = v.cookies
		if got := renewed.subject(); got != id {
			t.Errorf("Go knows %q", got)
		}
		alone := s.visitor(b, question{"SECRET_KEY": "a newer key"})
		alone.cookies = v.cookies
		if got := alone.whoami(); got != "zoe" {
			t.Errorf("without the old key Django knows %q", got)
		}
	})
}
