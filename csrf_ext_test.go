package session_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

// Requests of other sites that would change something are refused; the login is
// protected as well.
func TestMB17_CrossOriginRequests(t *testing.T) {
	const trusted = "https://login.example.org"
	for _, c := range []struct {
		method  string
		headers []string
		ok      bool
	}{
		{"POST", nil, true}, // no browser
		{"POST", []string{"Sec-Fetch-Site: same-origin"}, true},
		{"POST", []string{"Sec-Fetch-Site: none"}, true},
		{"POST", []string{"Sec-Fetch-Site: same-site"}, false},
		{"POST", []string{"Sec-Fetch-Site: cross-site"}, false},
		{"PUT", []string{"Sec-Fetch-Site: cross-site"}, false},
		{"PATCH", []string{"Sec-Fetch-Site: cross-site"}, false},
		{"DELETE", []string{"Sec-Fetch-Site: cross-site"}, false},
		{"GET", []string{"Sec-Fetch-Site: cross-site"}, true},
		{"HEAD", []string{"Sec-Fetch-Site: cross-site"}, true},
		{"OPTIONS", []string{"Sec-Fetch-Site: cross-site"}, true},
		{"POST", []string{"Origin: https://example.com"}, true},
		{"POST", []string{"Origin: https://evil.example"}, false},
		{"POST", []string{"Origin: https://example.com.evil.example"}, false},
		{"POST", []string{"Origin: null"}, false},
		{"POST", []string{"Origin: " + trusted, "Sec-Fetch-Site: cross-site"}, true},
		{"POST", []string{"Origin: " + trusted}, true},
		{"POST", []string{"Origin: http://login.example.org", "Sec-Fetch-Site: cross-site"}, false}, // not https
		{"POST", []string{"Origin: https://evil.login.example.org", "Sec-Fetch-Site: cross-site"}, false},
		{"POST", []string{"Referer: https://example.com/", "Sec-Fetch-Site: cross-site"}, false},
	} {
		s := loginSite(t, session.Config{TrustedOrigins: []string{trusted}})
		v := s.visitor()
		res := v.send(c.method, "/login", append(c.headers, "X-User: alice")...)
		what := fmt.Sprintf("%s %q", c.method, c.headers)
		if c.ok {
			equal(t, what, res.StatusCode, http.StatusOK)
			continue
		}
		equal(t, what, res.StatusCode, http.StatusForbidden)
		equal(t, what+": sessions", s.sessions("alice"), 0)
		s.events.want(t, session.EventForbidden)
	}
}

func TestMB17_Settings(t *testing.T) {
	s := loginSite(t, session.Config{InsecureAllowCrossOrigin: true})
	v := s.visitor()
	v.send("POST", "/login", "Sec-Fetch-Site: cross-site", "X-User: alice")
	equal(t, "who it is, with the check switched off", v.get("/who").body, "alice")
	for _, origin := range []string{"example.com", "https://example.com/path", "https://*.example.com/", ""} {
		m, err := session.New(session.Config{Store: newSpyStore(), TrustedOrigins: []string{origin}})
		if m != nil || err == nil || !strings.Contains(err.Error(), "Config.TrustedOrigins") {
			t.Errorf("%q as an origin: %v, and a Manager %v", origin, err, m != nil)
		}
	}
}

// csrfSite has a form, and a page that may only be posted to from it.
func csrfSite(t *testing.T) *site {
	s := newSite(t, session.Config{})
	s.on("/form", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		token, err := ss.CSRFToken()
		check(t, err)
		_, _ = io.WriteString(w, token)
	})
	s.mux.Handle("/guarded", s.m.RequireCSRF(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "done "+r.PostFormValue("field"))
	})))
	s.do("/rotate", (*session.Session).Rotate)
	s.do("/login", func(ss *session.Session) error { return ss.Login("alice") })
	return s
}

func (v *visitor) guarded(token string) int {
	return v.raw("POST", "/guarded", session.CSRFHeader+": "+token).StatusCode
}

// A token is of one session, and differs each time it is shown (BREACH).
func TestMB17_TokensOfASession(t *testing.T) {
	s := csrfSite(t)
	v, other := s.visitor(), s.visitor()
	first, second, others := v.get("/form").body, v.get("/form").body, other.get("/form").body
	if first == second {
		t.Error("the token is the same twice")
	}
	equal(t, "first", v.guarded(first), http.StatusOK)
	equal(t, "second", v.guarded(second), http.StatusOK)
	equal(t, "first again", v.guarded(first), http.StatusOK)
	equal(t, "another session's", v.guarded(others), http.StatusForbidden)
	equal(t, "without a session", s.visitor().guarded(first), http.StatusForbidden)
	if strings.Contains(first, v.token) || strings.Contains(v.token, first) {
		t.Error("the CSRF token shows the session's")
	}
}

// R22 and R23: tokens die with a rotation and a login.
func TestMB17_TokensDieOnRotation(t *testing.T) {
	s := csrfSite(t)
	for _, path := range []string{"/rotate", "/login"} {
		v := s.visitor()
		token := v.get("/form").body
		v.get(path)
		equal(t, "after "+path, v.guarded(token), http.StatusForbidden)
		equal(t, "a new one after "+path, v.guarded(v.get("/form").body), http.StatusOK)
	}
}

// A token that is shown in the response to a rotation is good after it.
func TestMB17_TokenInTheResponseToALogin(t *testing.T) {
	s := csrfSite(t)
	s.on("/login-form", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		check(t, ss.Login("alice"))
		token, err := ss.CSRFToken()
		check(t, err)
		_, _ = io.WriteString(w, token)
	})
	v := s.withValue("k", "v")
	equal(t, "status", v.guarded(v.get("/login-form").body), http.StatusOK)
}

func TestMB17_WrongTokens(t *testing.T) {
	s := csrfSite(t)
	v := s.visitor()
	token := v.get("/form").body
	raw, err := base64.RawURLEncoding.DecodeString(token)
	check(t, err)
	for i := range raw {
		changed := append([]byte{}, raw...)
		changed[i] ^= 1
		equal(t, fmt.Sprintf("bit of byte %d changed", i), v.guarded(base64.RawURLEncoding.EncodeToString(changed)), http.StatusForbidden)
	}
	for name, wrong := range map[string]string{
		"empty": "", "cut": token[:len(token)-1], "longer": token + "A", "padded": token + "=", "zeros": strings.Repeat("A", len(token)),
		"only the mask": token[:43], "not base64": strings.Repeat("!", len(token)), "session token": v.token, "huge": strings.Repeat("A", 1<<20),
	} {
		s.events.take()
		equal(t, name, v.guarded(wrong), http.StatusForbidden)
		s.events.want(t, session.EventForbidden)
	}
}

// RequireCSRF takes the token from a form or a header, and lets safe methods pass.
func TestMB17_WhereTheTokenIs(t *testing.T) {
	s := csrfSite(t)
	v := s.visitor()
	token := v.get("/form").body
	form := func(values url.Values) int {
		r := httptest.NewRequest("POST", "/guarded", strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Cookie", s.m.CookieName()+"="+v.token)
		res := serve(t, s, r)
		if res.StatusCode == http.StatusOK && res.body != "done value" {
			t.Errorf("the handler didn't get its form: %q", res.body)
		}
		return res.StatusCode
	}
	equal(t, "form", form(url.Values{session.CSRFFormField: {token}, "field": {"value"}}), http.StatusOK)
	equal(t, "form without", form(url.Values{"field": {"value"}}), http.StatusForbidden)
	equal(t, "header", v.guarded(token), http.StatusOK)
	equal(t, "query", v.raw("POST", "/guarded?"+session.CSRFFormField+"="+token).StatusCode, http.StatusForbidden)
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "OPTIONS": 200, "TRACE": 200, "PUT": 403, "PATCH": 403, "DELETE": 403, "get": 403, "NEW": 403} {
		equal(t, method, v.raw(method, "/guarded").StatusCode, want)
	}
}

// The template helper's field is what RequireCSRF takes.
func TestMB17_TemplateField(t *testing.T) {
	s := csrfSite(t)
	page := template.Must(template.New("").Parse(`<form method="post">{{.CSRFField}}</form>`))
	s.on("/template", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		var whole bytes.Buffer // the field may need a new cookie, so before the first byte
		check(t, page.Execute(&whole, ss))
		_, err := whole.WriteTo(w)
		check(t, err)
	})
	v := s.visitor()
	body := v.get("/template").body
	_, rest, found := strings.Cut(body, `<form method="post"><input type="hidden" name="csrf_token" value="`)
	token, end, _ := strings.Cut(rest, `"`)
	if !found || end != "></form>" {
		t.Fatalf("page %q", body)
	}
	equal(t, "status", v.guarded(token), http.StatusOK)
}

// Without a session there is nothing to bind a token to, so one is made, by a
// request that shows a form only.
func TestMB17_TokenMakesASession(t *testing.T) {
	s := csrfSite(t)
	v := s.visitor()
	v.get("/form")
	equal(t, "records", len(s.store.records(t)), 1)
	s.on("/late", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		_, err := ss.Get("k")
		check(t, err)
		_, _ = io.WriteString(w, "begun")
		_, err = ss.CSRFToken()
		wantErr(t, "token", err, session.ErrTooLate)
	})
	s.visitor().get("/late")
}
