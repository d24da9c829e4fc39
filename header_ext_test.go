package session_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/coatcheck-go/session"
)

var byHeader = session.Header{Name: "Session-Token", Bearer: true}

// headerSite has a counter, /count, and /logout.
func headerSite(t *testing.T, h session.Header) *site {
	s := newSite(t, session.Config{Header: h})
	s.on("/count", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		n, err := session.Get[int](ss, "n")
		check(t, err)
		check(t, ss.Set("n", n+1))
		_, _ = fmt.Fprint(w, n+1)
	})
	s.do("/logout", (*session.Session).Logout)
	return s
}

// ask sends a request with headers, given as "Name", "value" and so on.
func ask(t *testing.T, s *site, path string, headers ...string) reply {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return serve(t, s, r)
}

func TestTokenInAHeader(t *testing.T) {
	s := headerSite(t, byHeader)
	first := ask(t, s, "/count", "Session-Token", "")
	token := first.Header.Get("Session-Token")
	equal(t, "Set-Cookie", first.Header.Get("Set-Cookie"), "")
	equal(t, "Cache-Control", first.Header.Get("Cache-Control"), "no-store")
	equal(t, "Vary", first.Header.Get("Vary"), "Cookie, Authorization, Session-Token")
	equal(t, "live", s.live(token), true)
	equal(t, "by name", ask(t, s, "/count", "session-token", token).body, "2")
	equal(t, "by bearer", ask(t, s, "/count", "Authorization", "Bearer "+token).body, "3")
	equal(t, "as another spells it", ask(t, s, "/count", "Authorization", "bearer  "+token).body, "4")
	equal(t, "bearer beside an empty header", ask(t, s, "/count", "Session-Token", "", "Authorization", "Bearer "+token).body, "5")
	out := ask(t, s, "/logout", "Authorization", "Bearer "+token)
	equal(t, "header after logout", fmt.Sprintf("%q", out.Header["Session-Token"]), `[""]`)
	equal(t, "Clear-Site-Data", out.Header.Get("Clear-Site-Data"), "")
	equal(t, "live after logout", s.live(token), false)
}

// No request has two sessions: a header comes before the cookie, even if it is of
// no use, and of two tokens in headers none is believed.
func TestTokenPrecedence(t *testing.T) {
	s := headerSite(t, byHeader)
	cookie, header := s.withValue("n", 10).token, s.withValue("n", 20).token
	withCookie := []string{"Cookie", s.m.CookieName() + "=" + cookie}
	for _, c := range []struct {
		what    string
		headers []string
		want    string
	}{
		{"cookie alone", nil, "11"},
		{"header", []string{"Session-Token", header}, "21"},
		{"bearer", []string{"Authorization", "Bearer " + header}, "22"},
		{"empty header", []string{"Session-Token", ""}, "1"},
		{"unknown token", []string{"Session-Token", "nonsense"}, "1"},
		{"empty bearer", []string{"Authorization", "Bearer"}, "1"},
		{"bearer of somebody else's", []string{"Authorization", "Bearer eyJhbGciOi"}, "1"},
		{"two headers", []string{"Session-Token", header, "Session-Token", header}, "1"},
		{"header and bearer", []string{"Session-Token", header, "Authorization", "Bearer " + cookie}, "1"},
		{"another scheme", []string{"Authorization", "Basic eDp5"}, "12"},
	} {
		res := ask(t, s, "/count", append(c.headers, withCookie...)...)
		equal(t, c.what, res.body, c.want)
		if c.headers != nil && c.what != "another scheme" {
			equal(t, c.what+": Set-Cookie", res.Header.Get("Set-Cookie"), "")
		}
	}
}

func TestHeaderOnly(t *testing.T) {
	s := headerSite(t, session.Header{Name: "X-Session", Only: true})
	token := s.withValue("n", 10).token
	res := ask(t, s, "/count", "Cookie", s.m.CookieName()+"="+token)
	equal(t, "the cookie's session", res.body, "1")
	equal(t, "Set-Cookie", res.Header.Get("Set-Cookie"), "")
	equal(t, "Vary", res.Header.Get("Vary"), "X-Session")
	equal(t, "new token is live", s.live(res.Header.Get("X-Session")), true)
	equal(t, "the header's session", ask(t, s, "/count", "X-Session", token).body, "11")
}

// Cookies only, unless the application says otherwise.
func TestHeaderOff(t *testing.T) {
	s := headerSite(t, session.Header{})
	token := s.withValue("n", 10).token
	equal(t, "header", ask(t, s, "/count", "Session-Token", token).body, "1")
	equal(t, "bearer", ask(t, s, "/count", "Authorization", "Bearer "+token).body, "1")
}

// Browsers send cookies by themselves, and headers never: so only requests served by
// the cookie are checked for where they come from.
func TestMB17_HeadersNeedNoDefence(t *testing.T) {
	s := newSite(t, session.Config{Header: byHeader})
	s.mux.Handle("/guarded", s.m.RequireCSRF(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		check(t, session.From(r).Set("k", "v"))
	})))
	token := s.loggedIn("alice").token
	cookie := s.m.CookieName() + "=" + token
	foreign := []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}
	for _, c := range []struct {
		what    string
		headers []string
		want    int
	}{
		{"cookie from another site", append([]string{"Cookie", cookie}, foreign...), http.StatusForbidden},
		{"cookie without CSRF token", []string{"Cookie", cookie}, http.StatusForbidden},
		{"nothing from another site", foreign, http.StatusForbidden},
		{"header from another site", append([]string{"Session-Token", token}, foreign...), http.StatusOK},
		{"bearer, and a cookie that is not read", []string{"Authorization", "Bearer " + token, "Cookie", cookie}, http.StatusOK},
		{"scheme of another kind beside the cookie", append([]string{"Authorization", "Basic eDp5", "Cookie", cookie}, foreign...), http.StatusForbidden},
	} {
		equal(t, c.what, ask(t, s, "/guarded", c.headers...).StatusCode, c.want)
	}
}

func TestHeaderSettings(t *testing.T) {
	for _, c := range []struct {
		header session.Header
		valid  bool
	}{
		{session.Header{}, true},
		{session.Header{Name: "session-token"}, true},
		{session.Header{Bearer: true}, false},
		{session.Header{Only: true}, false},
		{session.Header{Name: "authorization"}, false},
		{session.Header{Name: "Cookie"}, false},
		{session.Header{Name: "set-cookie"}, false},
		{session.Header{Name: "a b"}, false},
		{session.Header{Name: "a:"}, false},
		{session.Header{Name: "ä"}, false},
	} {
		_, err := session.New(session.Config{Engine: &clientEngine{}, Header: c.header})
		equal(t, fmt.Sprintf("%+v: %v", c.header, err), err == nil, c.valid)
	}
}
