package django

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv/memkv"
)

const oldKey = "old-secret-key-111"

// signedIn is a session as Django's login leaves it.
func signedIn(t *testing.T, key, id, encoded string) string {
	t.Helper()
	h := must[hasher](t)(Options{SecretKeys: []string{key}}.hasher())
	return `{"cart":1,"_auth_user_id":"` + id + `","_auth_user_backend":"` + modelBackend + `","_auth_user_hash":"` + h.hash(encoded) + `"}`
}

func subject(t *testing.T, s *session.Session) string {
	t.Helper()
	return must[string](t)(s.Subject())
}

func TestSubject(t *testing.T) {
	users := passwords{"7": "secret hash", "9": ""}
	d := newDB(t, Options{UserPassword: users.get})
	in := signedIn(t, testKey, "7", "secret hash")
	key := d.put(in)
	s := d.open(key)
	if subject(t, s) != "7" || must[bool](t)(s.Has(userKey)) {
		t.Error("not signed in")
	}
	check(t, s.Set("cart", 2), s.Save())
	if got := d.dict(key); got != strings.Replace(in, `"cart":1`, `"cart":2`, 1) {
		t.Error(got)
	}
	for name, json := range map[string]string{
		"nobody":          `{}`,
		"another backend": strings.Replace(in, modelBackend, "x.Backend", 1),
		"unknown user":    strings.Replace(in, `"7"`, `"8"`, 1),
		"no text":         strings.Replace(in, `"7"`, `7`, 1),
		"no password":     signedIn(t, testKey, "9", ""),
	} {
		key := d.put(json)
		s := d.open(key)
		if got := subject(t, s); got != "" {
			t.Errorf("%s: %s", name, got)
		}
		check(t, s.Set("more", 1), s.Save())
		if got := d.dict(key); !strings.HasPrefix(got, strings.TrimSuffix(json, "}")) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := subject(t, newDB(t, Options{}).openOther(d, key)); got != "" {
		t.Errorf("without UserPassword: %s", got)
	}
}

// openOther opens a copy of another site's session.
func (d *db) openOther(other *db, key string) *session.Session {
	d.tb.Helper()
	return d.open(d.put(other.dict(key)))
}

// A password that was changed ends the session here, too; a secret that was changed
// doesn't.
func TestPasswordChange(t *testing.T) {
	users := passwords{"7": "first"}
	d := newDB(t, Options{SecretKeys: []string{testKey, oldKey}, UserPassword: users.get})
	key := d.put(signedIn(t, testKey, "7", "first"))
	d.open(key)
	users["7"] = "second"
	res := d.visit(key, func(_ http.ResponseWriter, s *session.Session) {
		if subject(t, s) != "" || must[bool](t)(s.Has("cart")) {
			t.Error("it goes on")
		}
	})
	if d.dict(key) != "" || res.StatusCode != http.StatusOK {
		t.Error("the session isn't flushed")
	}
	noHash := d.put(`{"_auth_user_id":"7","_auth_user_backend":"` + modelBackend + `"}`)
	var sn session.Snapshot
	wantErr(t, "no hash", d.e.Open(t.Context(), noHash, &sn), session.ErrNotFound)

	old := d.put(signedIn(t, oldKey, "7", "second"))
	d.visit(old, func(_ http.ResponseWriter, s *session.Session) {
		if subject(t, s) != "7" {
			t.Error("signed out by a new key")
		}
	})
	if got, want := d.dict(old), signedIn(t, testKey, "7", "second"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// While a session is being flushed, Django may have put it right.
func TestPasswordChange_Meanwhile(t *testing.T) {
	d := newDB(t, Options{})
	right := signedIn(t, testKey, "7", "second")
	key := d.put(signedIn(t, testKey, "7", "first"))
	calls := 0
	d.e.o.UserPassword = passwords{"7": "second"}.get
	d.e.hasher = must[hasher](t)(d.e.o.hasher())
	d.kv.beforeSwap = func() {
		if calls++; calls == 1 {
			d.set(key, right)
		}
	}
	if got := subject(t, d.open(key)); got != "7" || d.dict(key) != right {
		t.Errorf("%q %s", got, d.dict(key))
	}
}

func TestUserPasswordFails(t *testing.T) {
	d := newDB(t, Options{UserPassword: passwords{"7": "down"}.get})
	res := d.visit(d.put(signedIn(t, testKey, "7", "x")), func(_ http.ResponseWriter, s *session.Session) {
		_, err := s.Subject()
		wantErr(t, "subject", err, errDown)
	})
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestLogin(t *testing.T) {
	d := newDB(t, Options{UserPassword: passwords{"7": "seven", "8": "eight"}.get, AuthBackends: []string{modelBackend, "x.Backend"}})
	key := d.put(`{"cart":1}`)
	in := d.do(key, func(s *session.Session) error { return s.Login("7") })
	if got := d.dict(in); got != signedIn(t, testKey, "7", "seven") || in == key || d.dict(key) != "" {
		t.Error(got)
	}
	if subject(t, d.open(in)) != "7" {
		t.Error("not signed in")
	}
	other := d.do(in, func(s *session.Session) error { return s.Login("8") })
	if got := d.dict(other); got != strings.Replace(signedIn(t, testKey, "8", "eight"), `"cart":1,`, "", 1) {
		t.Error(got)
	}
	rotated := d.do(other, (*session.Session).Rotate)
	if subject(t, d.open(rotated)) != "8" {
		t.Error("not signed in after a rotation")
	}
	out := d.open(rotated)
	check(t, out.Logout(), out.Save())
	if d.kv.live(t.Context()) != 0 {
		t.Error("still there after the logout")
	}
	s := d.m.New(t.Context())
	check(t, s.Login("9"))
	wantErr(t, "unknown user", s.Save(), errNoUser)
	s = newDB(t, Options{}).m.New(t.Context())
	check(t, s.Login("7"))
	wantErr(t, "without UserPassword", s.Save(), errors.ErrUnsupported)
}

// What was left by a user of another backend, or one who was deactivated, isn't for the next.
func TestLogin_AfterSomebodyUnknown(t *testing.T) {
	d := newDB(t, Options{UserPassword: passwords{"7": "seven"}.get})
	key := d.put(strings.Replace(signedIn(t, testKey, "9", "nine"), "{", `{"_flashes":1,"mine":2,`, 1))
	in := d.do(key, func(s *session.Session) error { return errors.Join(s.Login("7"), s.Set("mine", 3)) })
	want := strings.Replace(signedIn(t, testKey, "7", "seven"), `"cart":1`, `"mine":3`, 1)
	if got := d.dict(in); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// Who signs in again, with a password that has just been changed, isn't signed out by that.
func TestLogin_Again(t *testing.T) {
	users := passwords{"7": "first"}
	d := newDB(t, Options{UserPassword: users.get})
	s := d.open(d.put(signedIn(t, testKey, "7", "first")))
	users["7"] = "second"
	check(t, s.Login("7"), s.Save())
	if got := d.dict(s.Token().Reveal()); got != signedIn(t, testKey, "7", "second") {
		t.Error(got)
	}
}

// As in Django a login changes the CSRF secret, and what is signed out leaves the site's other
// cookies and its storage alone.
func TestSite_LoginAndLogout(t *testing.T) {
	for _, useSessions := range []bool{false, true} {
		settings := map[string]any{"SECRET_KEY": testKey, "CSRF_USE_SESSIONS": useSessions}
		site := must[*Site](t)(FromSettings(settings, Options{Backend: memkv.New(), UserPassword: passwords{"7": "seven"}.get}))
		b := &browser{&db{tb: t, m: must[*session.Manager](t)(session.New(site.Config))}, map[string]string{}}
		var before, after string
		b.visit(func(w http.ResponseWriter, r *http.Request) { before = must[string](t)(site.CSRF.Token(w, r)) })
		b.visit(func(w http.ResponseWriter, r *http.Request) { check(t, site.Login(w, r, "7")) })
		b.visit(func(w http.ResponseWriter, r *http.Request) {
			if subject(t, session.From(r)) != "7" {
				t.Error("nobody is signed in")
			}
			after = must[string](t)(site.CSRF.Token(w, r))
		})
		b.checked(t, post(t, before), site.CSRF, "a token of before", session.ErrForbidden)
		b.checked(t, post(t, after), site.CSRF, "a token of after", nil)
		res := b.visit(func(w http.ResponseWriter, r *http.Request) {
			check(t, session.From(r).Logout(), site.Messages.Add(w, r, session.Flash{Message: "Bye."}))
		})
		if got := res.Header.Get("Clear-Site-Data"); got != `"cache"` || b.cookies["messages"] == "" {
			t.Errorf("Clear-Site-Data: %s", got)
		}
		b.visit(func(w http.ResponseWriter, r *http.Request) {
			if err := site.Login(w, r, ""); err == nil || len(w.Header()["Set-Cookie"]) > 0 {
				t.Errorf("nobody signs in: %v, cookies %q", err, w.Header()["Set-Cookie"])
			}
		})
	}
}
