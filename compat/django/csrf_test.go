package django

import (
	"cmp"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

// Made by Django 5.2: _mask_cipher_secret of the secret.
const (
	djangoSecret = "abcdefghijklmnopqrstuvwxyzABCDEF"
	djangoToken  = "frnxbndafOYK3xOouwQcm1e8S2QnZbbKfspAfsjhnX8VfK2DKN8vGmAvgrgOrEFf"
)

func TestCSRF_Vector(t *testing.T) {
	if got := unmask(djangoToken); got != djangoSecret {
		t.Error(got)
	}
	for range 50 {
		if token := mask(djangoSecret); !isCSRF(token) || token == djangoToken || unmask(token) != djangoSecret {
			t.Fatal(token)
		}
	}
}

func post(t *testing.T, token string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://site.example/", strings.NewReader(url.Values{csrfField: {token}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestCSRF(t *testing.T) {
	for _, o := range []CSRFOptions{{}, {UseSessions: true}} {
		b := &browser{newDB(t, Options{}), map[string]string{}}
		c := must[*CSRF](t)(NewCSRF(o))
		var token, second string
		b.visit(func(w http.ResponseWriter, r *http.Request) {
			token, second = must[string](t)(c.Token(w, r)), must[string](t)(c.Token(w, r))
		})
		if token == second || unmask(token) != unmask(second) {
			t.Errorf("%s, %s", token, second)
		}
		stored := b.cookies["csrftoken"]
		if o.UseSessions {
			stored = strings.TrimSuffix(strings.TrimPrefix(b.d.dict(b.cookies["sessionid"]), `{"_csrftoken":"`), `"}`)
		}
		if stored != unmask(token) {
			t.Errorf("the secret is kept as %q", stored)
		}
		header := httptest.NewRequestWithContext(t.Context(), http.MethodDelete, "/", nil)
		header.Header.Set("X-CSRFToken", unmask(token))
		headerPost := post(t, "")
		headerPost.Header.Set("X-CSRFToken", token)
		for name, c := range map[string]struct {
			r    *http.Request
			want error
		}{
			"form":           {post(t, token), nil},
			"unmasked":       {post(t, unmask(token)), nil},
			"header":         {header, nil},
			"header of POST": {headerPost, nil},
			"GET":            {httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), nil},
			"none":           {post(t, ""), session.ErrForbidden},
			"another's":      {post(t, mask(randomText(32, csrfChars))), session.ErrForbidden},
			"too short":      {post(t, "abc"), session.ErrForbidden},
			"no letters":     {post(t, strings.Repeat("-", 64)), session.ErrForbidden},
		} {
			b.checked(t, c.r, must[*CSRF](t)(NewCSRF(o)), name, c.want)
		}
		b.visit(func(w http.ResponseWriter, r *http.Request) { check(t, c.Rotate(w, r)) })
		b.checked(t, post(t, token), c, "after a rotation", session.ErrForbidden)
		b.cookies = map[string]string{}
		b.checked(t, post(t, token), c, "without a secret", session.ErrForbidden)
	}
}

func (b *browser) checked(t *testing.T, r *http.Request, c *CSRF, name string, want error) {
	t.Helper()
	b.send(r, func(_ http.ResponseWriter, r *http.Request) {
		if err := c.Check(r); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	})
}

// Django before 4.0 kept the secret under a mask, in the cookie.
func TestCSRF_MaskedCookie(t *testing.T) {
	b := &browser{newDB(t, Options{}), map[string]string{"csrftoken": djangoToken}}
	c := must[*CSRF](t)(NewCSRF(CSRFOptions{}))
	b.checked(t, post(t, mask(djangoSecret)), c, "masked cookie", nil)
	b.cookies["csrftoken"] = "junk"
	b.checked(t, post(t, "junk"), c, "a cookie of another form", session.ErrForbidden)
}

// Where Django before 4.1 is a peer, the secret is kept under a mask; the mask stays as it is.
func TestCSRF_Masked(t *testing.T) {
	for _, o := range []CSRFOptions{{Masked: true}, {Masked: true, UseSessions: true}} {
		for name, was := range map[string]string{"none": "", "masked": djangoToken, "plain": djangoSecret} {
			b := &browser{newDB(t, Options{}), map[string]string{"csrftoken": was}}
			if o.UseSessions {
				b.cookies = map[string]string{"sessionid": b.d.put(`{"_csrftoken":"` + was + `"}`)}
			}
			c := must[*CSRF](t)(NewCSRF(o))
			var first, second string
			b.visit(func(w http.ResponseWriter, r *http.Request) { first = must[string](t)(c.Token(w, r)) })
			kept := b.kept(t)
			b.visit(func(w http.ResponseWriter, r *http.Request) { second = must[string](t)(c.Token(w, r)) })
			if len(kept) != csrfToken || unmask(kept) != unmask(first) || unmask(kept) != unmask(second) || b.kept(t) != kept || was == djangoToken && kept != was {
				t.Errorf("%+v, %s: %q is kept, then %q", o, name, kept, b.kept(t))
			}
			b.checked(t, post(t, first), c, name, nil)
		}
	}
}

// kept is the secret as it is kept, in the session or the cookie.
func (b *browser) kept(t *testing.T) (kept string) {
	t.Helper()
	if key := b.cookies["sessionid"]; key != "" {
		kept = must[string](t)(session.Get[string](b.d.open(key), csrfKey))
	}
	return cmp.Or(kept, b.cookies["csrftoken"])
}

// Of two fields or Origins it is the last field that counts, and neither Origin, as in Django.
func TestCSRF_Twice(t *testing.T) {
	c := must[*CSRF](t)(NewCSRF(CSRFOptions{}))
	b := &browser{newDB(t, Options{}), map[string]string{"csrftoken": djangoSecret}}
	twice := func(first, second string) *http.Request {
		r := post(t, first)
		r.Body = io.NopCloser(strings.NewReader(url.Values{csrfField: {first, second}}.Encode()))
		return r
	}
	b.checked(t, twice("", djangoToken), c, "the last", nil)
	b.checked(t, twice(djangoToken, "x"), c, "not the first", session.ErrForbidden)
	for _, origins := range [][]string{{""}, {"http://site.example", "http://site.example"}} {
		r := post(t, djangoToken)
		r.Header["Origin"] = origins
		b.checked(t, r, c, "origins", session.ErrForbidden)
	}
}

func TestCSRF_Protect(t *testing.T) {
	c := must[*CSRF](t)(NewCSRF(CSRFOptions{Header: "X-Ours"}))
	h := c.Protect(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusForbidden {
		t.Errorf("status %d", w.Code)
	}
	r.AddCookie(&http.Cookie{Name: "csrftoken", Value: djangoSecret})
	r.Header.Set("X-Ours", mask(djangoSecret))
	w = httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusNoContent {
		t.Errorf("status %d", w.Code)
	}
}

func TestCSRF_Field(t *testing.T) {
	b := &browser{newDB(t, Options{}), map[string]string{}}
	c := must[*CSRF](t)(NewCSRF(CSRFOptions{}))
	res := b.visit(func(w http.ResponseWriter, r *http.Request) {
		field, err := c.Field(w, r)
		if err != nil || !strings.HasPrefix(string(field), `<input type="hidden" name="csrfmiddlewaretoken" value="`) {
			t.Errorf("%s %v", field, err)
		}
	})
	line := res.Header.Get("Set-Cookie")
	if !strings.Contains(line, "; Path=/; Expires=") || !strings.HasSuffix(line, "; Max-Age=31449600; SameSite=Lax") {
		t.Error(line)
	}
}

func TestCSRF_Origin(t *testing.T) {
	c := must[*CSRF](t)(NewCSRF(CSRFOptions{TrustedOrigins: []string{"https://*.example.com", "http://exact.example:8080"}}))
	domain := must[*CSRF](t)(NewCSRF(CSRFOptions{Cookie: &http.Cookie{Name: "c", Domain: ".shop.example"}}))
	for _, test := range []struct {
		c               *CSRF
		target          string
		origin, referer string
		ok              bool
	}{
		{c, "http://site.example/", "", "", true},
		{c, "http://site.example/", "http://site.example", "", true},
		{c, "http://site.example/", "https://site.example", "", false},
		{c, "http://site.example:81/", "http://site.example", "", false},
		{c, "http://site.example/", "null", "", false},
		{c, "http://site.example/", "https://a.example.com", "", true},
		{c, "http://site.example/", "https://example.com", "", true},
		{c, "http://site.example/", "http://a.example.com", "", false},
		{c, "http://site.example/", "https://badexample.com", "", false},
		{c, "http://site.example/", "http://exact.example:8080", "", true},
		{c, "http://site.example/", "http://exact.example", "", false},
		{c, "https://site.example/", "https://site.example", "", true},
		{c, "https://site.example/", "", "", false},
		{c, "https://site.example/", "", "https://site.example/page", true},
		{c, "https://site.example/", "", "http://site.example/page", false},
		{c, "https://site.example/", "", "https://evil.example/", false},
		{c, "https://site.example/", "", "https://b.example.com/x", true},
		{c, "https://site.example/", "", "https:///x", false},
		{c, "https://site.example/", "", "://", false},
		{domain, "https://www.shop.example/", "", "https://pay.shop.example/", true},
		{domain, "https://www.shop.example/", "", "https://shop.example/", true},
		{domain, "https://www.shop.example:8443/", "", "https://pay.shop.example/", false},
		{domain, "https://www.shop.example:8443/", "", "https://pay.shop.example:8443/", true},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, test.target, nil)
		if strings.HasPrefix(test.target, "http:") {
			r.TLS = nil
		} else {
			r.TLS = &tls.ConnectionState{}
		}
		for name, value := range map[string]string{"Origin": test.origin, "Referer": test.referer} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		if err := test.c.checkOrigin(r); (err == nil) != test.ok {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

func TestCSRFOptions(t *testing.T) {
	for _, o := range []CSRFOptions{{TrustedOrigins: []string{"example.com"}}, {TrustedOrigins: []string{"https://"}}, {TrustedOrigins: []string{"https://a.example/"}}, {Cookie: &http.Cookie{}}} {
		if _, err := NewCSRF(o); err == nil {
			t.Errorf("%+v", o)
		}
	}
}

func TestInterrupted(t *testing.T) {
	d := newDB(t, Options{})
	config := d.e.Config(session.Config{ErrorHandler: Interrupted(nil)})
	d.m = must[*session.Manager](t)(session.New(config))
	page := func(_ http.ResponseWriter, s *session.Session) {
		check(t, s.Set("a", 1), d.kv.Delete(t.Context(), s.Token().Reveal()))
	}
	if res := d.visit(d.put(`{}`), page); res.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", res.StatusCode)
	}
	for _, next := range []func(http.ResponseWriter, *http.Request, error){nil, func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(403) }} {
		w := httptest.NewRecorder()
		Interrupted(next)(w, nil, session.ErrForbidden)
		if w.Code != http.StatusForbidden {
			t.Errorf("status %d", w.Code)
		}
	}
}
