package django

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/django"
)

// A visitor's browser, on a site of which some routes are Django's and some Go's.
type visitor struct {
	s       *site
	b       backend
	more    question // settings besides those of the backend
	goSite  *compat.Site
	m       *session.Manager
	cookies map[string]string
}

// hashing is a setting by which FromSettings knows an old Django.
const hashing = "DEFAULT_HASHING_ALGORITHM"

// algorithms are what the peer can sign by; its default is the first.
func (s *site) algorithms() []question {
	if s.old {
		return []question{{hashing: "sha256"}, {hashing: "sha1"}}
	}
	return []question{{}}
}

func (s *site) visitor(b backend, changed question) *visitor {
	s.t.Helper()
	more := maps.Clone(s.algorithms()[0])
	maps.Copy(more, changed)
	site := s.goSite(b, more, compat.Options{UserPassword: s.users().password})
	m, err := session.New(site.Config)
	check(s.t, err)
	return &visitor{s, b, more, site, m, map[string]string{}}
}

// users are those of Django's own table.
type users struct{ db *sql.DB }

func (s *site) users() users {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+s.database+"?_pragma=busy_timeout(20000)")
	check(s.t, err)
	s.t.Cleanup(func() { _ = db.Close() })
	return users{db}
}

func (u users) password(ctx context.Context, id string) (encoded string, err error) {
	err = u.db.QueryRowContext(ctx, "SELECT password FROM auth_user WHERE id = ? AND is_active", id).Scan(&encoded)
	if errors.Is(err, sql.ErrNoRows) {
		return "", session.ErrNotFound
	}
	return encoded, err
}

func (v *visitor) header() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(v.cookies)) {
		parts = append(parts, name+"="+v.cookies[name])
	}
	return strings.Join(parts, "; ")
}

// take keeps the cookies of a response.
func (v *visitor) take(lines []string) {
	for _, line := range lines {
		c, err := http.ParseSetCookie(strings.Replace(line, `=""`, "=", 1))
		check(v.s.t, err)
		if v.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
}

// django visits one of Django's pages.
func (v *visitor) django(q question) (r reply) {
	v.s.t.Helper()
	config := maps.Clone(v.b.settings)
	maps.Copy(config, v.more)
	q["op"], q["config"], q["cookie"] = "request", config, v.header()
	v.s.ask(&r, q)
	v.take(r.Cookies)
	return r
}

// page visits a page of Go's.
func (v *visitor) page(page func(w http.ResponseWriter, r *http.Request)) reply {
	return v.send(httptest.NewRequestWithContext(v.s.t.Context(), http.MethodGet, "http://testserver/", nil), http.HandlerFunc(page))
}

func (v *visitor) send(r *http.Request, h http.Handler) reply {
	if cookies := v.header(); cookies != "" {
		r.Header.Set("Cookie", cookies)
	}
	w := httptest.NewRecorder()
	v.m.Wrap(h).ServeHTTP(w, r)
	v.take(w.Header()["Set-Cookie"])
	return reply{Status: w.Code, Cookies: w.Header()["Set-Cookie"], Body: w.Body.String()}
}

// post is a form as a browser sends it to Go.
func (v *visitor) post(fields url.Values) *http.Request {
	r := httptest.NewRequestWithContext(v.s.t.Context(), http.MethodPost, "http://testserver/", strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// subject is who Go says it is.
func (v *visitor) subject() (subject string) {
	v.page(func(_ http.ResponseWriter, r *http.Request) {
		var err error
		subject, err = session.From(r).Subject()
		check(v.s.t, err)
	})
	return subject
}

// do changes the session on a page of Go's.
func (v *visitor) do(t *testing.T, act func(s *session.Session) error) {
	t.Helper()
	if r := v.page(func(_ http.ResponseWriter, r *http.Request) { check(t, act(session.From(r))) }); r.Status != http.StatusOK {
		t.Fatalf("status %d", r.Status)
	}
}
