package django

import (
	"encoding/json"
	"fmt"
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
		for version := range versions {
			t.Run(name+", Django "+version, func(t *testing.T) {
				b, s := open(t), start(t, version)
				for i, by := range s.algorithms() {
					testAuth(t, s.visitor(b, by), fmt.Sprint("zoë", i))
				}
			})
		}
	}
}

func testAuth(t *testing.T, v *visitor, name string) {
	id, encoded := v.s.user(name, "first", true)
	v.do(t, func(s *session.Session) error { return s.Set("cart", 1) })
	v.login(t, name, "first")
	v.do(t, func(s *session.Session) error {
		if cart, err := session.Get[int](s, "cart"); err != nil || cart != 1 {
			t.Errorf("the anonymous visitor's cart: %d, %v", cart, err)
		}
		return s.Set("cart", 2)
	})
	v.known(t, "signed in by Django", id, name)
	_, encodedAgain := v.s.user(name, "second", true)
	v.known(t, "after a change of the password", "", "")
	for typed, want := range map[string]string{"first": encoded, "second": encodedAgain} {
		if ok, outdated, err := password.Check(v.s.hashers(), typed, want); !ok || outdated || err != nil {
			t.Errorf("%s: %v %v %v", typed, ok, outdated, err)
		}
	}

	token := v.token(t)
	v.page(func(w http.ResponseWriter, r *http.Request) { check(t, v.goSite.Login(w, r, id)) })
	v.known(t, "signed in by Go", id, name)
	v.accepts(t, "a token of before the login", token, http.StatusForbidden)
	v.accepts(t, "a token of after the login", v.token(t), http.StatusOK)
	_, _ = v.s.user(name, "third", true)
	v.known(t, "after a second change of the password", "", "")
	v.do(t, func(s *session.Session) error { return s.Login(id) })
	v.changePassword(t, name)
	v.known(t, "after a change of the password that the visitor made", id, name)
	v.do(t, (*session.Session).Logout)
	v.known(t, "signed out by Go", "", "")
	v.login(t, name, "fourth")
	if r := v.django(question{"path": "/logout/", "form": map[string]string{"csrfmiddlewaretoken": v.cookies["csrftoken"]}}); r.Status != http.StatusFound {
		t.Errorf("%+v", r)
	}
	v.known(t, "signed out by Django", "", "")
}

// known checks who either side says it is.
func (v *visitor) known(t *testing.T, when, id, name string) {
	t.Helper()
	if ours, theirs := v.subject(), v.whoami(); ours != id || theirs != name {
		t.Errorf("%s Go knows %q and Django %q", when, ours, theirs)
	}
}

// changePassword is a page of Go's on which somebody who is signed in gets another password:
// what Django calls update_session_auth_hash is a rotation.
func (v *visitor) changePassword(t *testing.T, name string) {
	t.Helper()
	v.do(t, func(s *session.Session) error {
		if _, err := s.Subject(); err != nil {
			return err
		}
		_, _ = v.s.user(name, "fourth", true)
		return s.Rotate()
	})
}

// hashers are those of the peer's version.
func (s *site) hashers() []password.Hasher {
	if s.old {
		return []password.Hasher{password.PBKDF2{Iterations: 260_000}}
	}
	return password.Default
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
		if s.old {
			return // it knows no SECRET_KEY_FALLBACKS
		}
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
