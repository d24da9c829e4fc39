package session_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// foreignSite shares the cookie c with another framework.
func foreignSite(t *testing.T, c http.Cookie) *site {
	s := newSite(t, session.Config{Cookie: session.Cookie{Foreign: &c}})
	s.do("/set", func(ss *session.Session) error { return ss.Set("k", "v") })
	s.do("/remember", func(ss *session.Session) error { return ss.SetPersistent(true) })
	s.do("/destroy", (*session.Session).Destroy)
	return s
}

// The attributes are just those that were asked for, when the cookie is set and when
// it is removed.
func TestForeignCookie_AttributesAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		cookie http.Cookie
		want   string
	}{
		{http.Cookie{Name: "session"}, "; Path=/"},
		{http.Cookie{Name: "session", HttpOnly: true}, "; Path=/; HttpOnly"},
		{http.Cookie{Name: "s", Secure: true, SameSite: http.SameSiteStrictMode}, "; Path=/; Secure; SameSite=Strict"},
		{http.Cookie{Name: "s", Secure: true, Partitioned: true, SameSite: http.SameSiteNoneMode}, "; Path=/; Secure; SameSite=None; Partitioned"},
		{http.Cookie{Name: "s", Domain: ".example.com", Path: "/p"}, "; Path=/p; Domain=example.com"},
	} {
		v := foreignSite(t, c.cookie).visitor()
		set := v.get("/set").Header.Get("Set-Cookie")
		if want := c.cookie.Name + "=" + v.token + c.want; set != want {
			t.Errorf("set: %s\nwant %s", set, want)
		}
		removed := v.get("/destroy").Header.Get("Set-Cookie")
		if want := c.cookie.Name + "=" + c.want + "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"; removed != want {
			t.Errorf("removed: %s\nwant %s", removed, want)
		}
	}
}

// A persistent cookie says when it ends as the other framework does.
func TestForeignCookie_Persistent(t *testing.T) {
	for _, maxAge := range []int{0, 1} {
		v := foreignSite(t, http.Cookie{Name: "session", MaxAge: maxAge}).visitor()
		v.get("/set")
		set, err := http.ParseSetCookie(v.get("/remember").Header.Get("Set-Cookie"))
		check(t, err)
		left := time.Until(set.Expires)
		if want := 14 * 24 * time.Hour; left > want || left < want-time.Minute {
			t.Errorf("expires in %v", left)
		}
		equal(t, "Max-Age is there", set.MaxAge != 0, maxAge != 0)
	}
}

// The template is copied: what the caller does with it later changes nothing.
func TestForeignCookie_IsCopied(t *testing.T) {
	c := &http.Cookie{Name: "session"}
	m := newManager(t, session.Config{Store: memstore.New(memstore.Options{}), Cookie: session.Cookie{Foreign: c}})
	c.Name = "other"
	equal(t, "name", m.CookieName(), "session")
}

func TestForeignCookie_Refused(t *testing.T) {
	foreign := func(c http.Cookie) session.Cookie { return session.Cookie{Foreign: &c} }
	both := foreign(http.Cookie{Name: "session"})
	both.MaxParts = 2
	for want, c := range map[string]session.Cookie{
		"leave the other fields out": both,
		"invalid":                    foreign(http.Cookie{}),
		"Secure: browsers":           foreign(http.Cookie{Name: "__Secure-session"}),
		"Domain or a Path":           foreign(http.Cookie{Name: "__Host-session", Secure: true, Domain: "example.com"}),
		"SameSite=None needs":        foreign(http.Cookie{Name: "session", SameSite: http.SameSiteNoneMode}),
		"partitioned":                foreign(http.Cookie{Name: "session", Partitioned: true}),
		"begin with /":               foreign(http.Cookie{Name: "session", Path: "p"}),
		"must be Lax":                foreign(http.Cookie{Name: "session", SameSite: http.SameSiteDefaultMode}),
	} {
		_, err := session.New(session.Config{Store: memstore.New(memstore.Options{}), Cookie: c})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// An emptyEngine keeps nothing of a session without values.
type emptyEngine struct{ *clientEngine }

func (e emptyEngine) Keep(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	if s.Values.Len() == 0 {
		return "", nil
	}
	return e.clientEngine.Keep(ctx, old, s, grace)
}

// An engine that has nothing left to keep takes the cookie back by an empty token.
func TestEmptyTokenRemovesTheCookie(t *testing.T) {
	s := newSite(t, session.Config{Engine: emptyEngine{&clientEngine{}}, Limits: session.Limits{Idle: session.NoIdle}})
	s.do("/set", func(ss *session.Session) error { return ss.Set("k", "v") })
	s.do("/delete", func(ss *session.Session) error { return ss.Delete("k") })
	s.do("/both", func(ss *session.Session) error { return firstErr(ss.Delete("k"), ss.Save(), ss.Set("k", "w")) })
	v := s.visitor()
	v.get("/set")
	equal(t, "set after a save that kept nothing", v.get("/both").Cookies()[0].MaxAge, 0)
	equal(t, "value", value[string](t, s.open(v.token), "k"), "w")
	equal(t, "removed", v.get("/delete").Cookies()[0].MaxAge, -1)
	equal(t, "token", v.token, "")
}
