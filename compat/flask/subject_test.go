package flask

import (
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// Signing in and out is seen by the other side.
func TestSubject_LoginAndLogout(t *testing.T) {
	for want, o := range map[string]Options{
		`{"a":1,"username":"4711"}`: {}, `{"_user_id":"4711","a":1}`: {SubjectKey: "_user_id"},
		`{"a":1,"user_id":4711}`: {SubjectKey: "user_id", IntegerSubject: true},
	} {
		s := newSite(t, newEngine(t, o).Config(session.Config{}))
		token := s.do(seal(t, `{"a":1}`, time.Now()), func(ss *session.Session) error { return ss.Login("4711") })
		if got := dictOf(t, token); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		s.do(token, func(ss *session.Session) error {
			if subject, err := ss.Subject(); subject != "4711" || err != nil {
				t.Errorf("%q, %v", subject, err)
			}
			return nil
		})
		if token = s.do(token, (*session.Session).Logout); token != "" {
			t.Errorf("after the logout: %s", token)
		}
	}
}

// What the application doesn't keep under the key is an ordinary value.
func TestSubject_Read(t *testing.T) {
	for raw, want := range map[string]string{
		`"alice"`: "alice", `"zo\u00eb"`: "zo\u00eb", "7": "", `""`: "", "null": "", `["alice"]`: "", `{" m":"alice"}`: "", `"a\u0000"`: "",
		`"` + strings.Repeat("x", 256) + `"`: "", `"` + strings.Repeat("x", 255) + `"`: strings.Repeat("x", 255),
	} {
		s := must[*session.Session](t)(newManager(t, Options{}).Open(t.Context(), session.Token(seal(t, `{"username":`+raw+`}`, time.Now()))))
		subject := must[string](t)(s.Subject())
		if has := must[bool](t)(s.Has("username")); subject != want || has != (want == "") {
			t.Errorf("%s: %q, a value: %v", raw, subject, has)
		}
	}
	for raw, want := range map[string]string{"7": "7", "-1": "-1", `"7"`: "", "7.0": "", "-0": "", "true": "", "99999999999999999999": ""} {
		o := Options{IntegerSubject: true}
		s := must[*session.Session](t)(newManager(t, o).Open(t.Context(), session.Token(seal(t, `{"username":`+raw+`}`, time.Now()))))
		if subject := must[string](t)(s.Subject()); subject != want {
			t.Errorf("%s: %q", raw, subject)
		}
	}
}

// csrfPasses reports whether a token of one request passes in the next.
func csrfPasses(t *testing.T, o Options, token string, between func(*session.Session) error) bool {
	t.Helper()
	s := newSite(t, newEngine(t, o).Config(session.Config{}))
	var csrf string
	var err error
	token = s.do(token, func(ss *session.Session) error { csrf, err = ss.CSRFToken(); return err })
	token = s.do(token, between)
	s.do(token, func(ss *session.Session) error { err = ss.CheckCSRF(csrf); return nil })
	return err == nil
}

// CSRF tokens pass where an ID is kept, also in a session that Flask began, until the
// next login. Without an ID none passes: it fails safe.
func TestIDKey_CSRF(t *testing.T) {
	set := func(s *session.Session) error { return s.Set("b", 1) }
	login := func(s *session.Session) error { return s.Login("alice") }
	with := Options{IDKey: "_id"}
	for _, token := range []string{"", seal(t, `{"a":1}`, time.Now()), seal(t, `{"_id":"guessed","a":1}`, time.Now())} {
		if !csrfPasses(t, with, token, set) {
			t.Errorf("%q: refused with an ID", token)
		}
		if csrfPasses(t, with, token, login) {
			t.Errorf("%q: passes after a login", token)
		}
		if csrfPasses(t, Options{}, token, set) {
			t.Errorf("%q: passes without an ID", token)
		}
	}
}

// An ID that wasn't made here may be known to somebody.
func TestIDKey_OnlyOurOwn(t *testing.T) {
	s := newSite(t, newEngine(t, Options{IDKey: "_id"}).Config(session.Config{}))
	for _, id := range []string{`"guessed"`, "7", `"\",\"username\":\"admin12345\"}"`, `"lower case of 26 character"`} {
		token := s.do(seal(t, `{"_id":`+id+`,"a":1}`, time.Now()), func(ss *session.Session) error { _, err := ss.Get("a"); return err })
		if got := dictOf(t, token); len(got) != len(`{"_id":"","a":1}`)+26 || strings.Contains(got, `"_id":`+id) {
			t.Errorf("%s: %s", id, got)
		}
	}
}

// The ID is no value, and stays over changes.
func TestIDKey_Kept(t *testing.T) {
	s := newSite(t, newEngine(t, Options{IDKey: "_id"}).Config(session.Config{}))
	token := s.do(seal(t, `{"a":1}`, time.Now()), func(ss *session.Session) error { _, err := ss.Get("a"); return err })
	id := dictOf(t, token)
	if !strings.HasPrefix(id, `{"_id":"`) || !strings.HasSuffix(id, `","a":1}`) {
		t.Fatalf("%s", id)
	}
	token = s.do(token, func(ss *session.Session) error {
		if has, err := ss.Has("_id"); has || err != nil {
			t.Errorf("the ID is a value, %v", err)
		}
		return ss.Set("a", 2)
	})
	if got := dictOf(t, token); got != strings.Replace(id, `"a":1`, `"a":2`, 1) {
		t.Errorf("%s, then %s", id, got)
	}
}
