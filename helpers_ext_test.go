package session_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
)

// A site is an application under test: a Manager, its store, and pages.
type site struct {
	t      testing.TB
	m      *session.Manager
	store  *spyStore // nil if the test brought a store of its own
	events *eventLog
	mux    *http.ServeMux
	http.Handler
}

// newSite makes a site of c, on a memstore unless c has a store.
func newSite(t testing.TB, c session.Config) *site {
	t.Helper()
	s := &site{t: t, events: &eventLog{}, mux: http.NewServeMux()}
	if c.Store == nil && c.Engine == nil {
		s.store = newSpyStore()
		c.Store = s.store
	}
	c.OnEvent = s.events.add
	s.m = newManager(t, c)
	s.Handler = s.m.Wrap(s.mux)
	return s
}

func newManager(t testing.TB, c session.Config) *session.Manager {
	t.Helper()
	m, err := session.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A page is a handler that is given its session.
type page func(w http.ResponseWriter, r *http.Request, s *session.Session)

func (s *site) on(pattern string, p page) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { p(w, r, session.From(r)) })
}

// do makes a page that does something to the session, and fails the test on an
// error.
func (s *site) do(pattern string, f func(*session.Session) error) {
	s.on(pattern, func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) { check(s.t, f(ss)) })
}

// open returns the session of a token as it is saved now.
func (s *site) open(token string) *session.Session {
	s.t.Helper()
	ss, err := s.m.Open(s.t.Context(), session.Token(token))
	check(s.t, err)
	return ss
}

// live reports whether a token stands for a session.
func (s *site) live(token string) bool {
	s.t.Helper()
	live, err := s.m.Exists(s.t.Context(), session.Token(token))
	check(s.t, err)
	return live
}

// sessions counts the live sessions of subject.
func (s *site) sessions(subject string) int {
	s.t.Helper()
	infos, err := s.m.Sessions(s.t.Context(), subject)
	check(s.t, err)
	return len(infos)
}

// A visitor is a browser as far as the session cookie goes.
type visitor struct {
	*site
	token string
}

func (s *site) visitor() *visitor { return &visitor{site: s} }

// loggedIn returns a visitor with a session of subject.
func (s *site) loggedIn(subject string) *visitor {
	s.t.Helper()
	ss := s.m.New(s.t.Context())
	check(s.t, ss.Login(subject))
	check(s.t, ss.Save())
	return &visitor{s, ss.Token().Reveal()}
}

// withValue returns a visitor with a session that holds one value.
func (s *site) withValue(key string, value any) *visitor {
	s.t.Helper()
	ss := s.m.New(s.t.Context())
	check(s.t, ss.Set(key, value))
	check(s.t, ss.Save())
	return &visitor{s, ss.Token().Reveal()}
}

// A reply is a response that was read to its end.
type reply struct {
	*http.Response
	body string
}

func (v *visitor) get(path string) reply { return v.send(http.MethodGet, path) }

// send makes a request with the visitor's cookie and more headers, given as "Name: value".
func (v *visitor) send(method, path string, headers ...string) reply {
	res := v.raw(method, path, headers...)
	for _, line := range res.Header["Set-Cookie"] {
		c, err := http.ParseSetCookie(line)
		check(v.t, err)
		if err == nil && c.Name == v.m.CookieName() {
			v.token = c.Value
		}
	}
	return res
}

// raw is send, but the visitor doesn't take the cookie of the response.
func (v *visitor) raw(method, path string, headers ...string) reply {
	r := httptest.NewRequestWithContext(v.t.Context(), method, path, nil)
	if v.token != "" {
		r.Header.Set("Cookie", v.m.CookieName()+"="+v.token)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return serve(v.t, v, r)
}

func serve(t testing.TB, h http.Handler, r *http.Request) reply {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	check(t, err)
	return reply{res, string(body)}
}

// sessionCookies are those of the reply's cookies that bear the session's name.
func (v *visitor) sessionCookies(r reply) (found []*http.Cookie) {
	for _, line := range r.Header["Set-Cookie"] {
		c, err := http.ParseSetCookie(line)
		check(v.t, err)
		if err == nil && c.Name == v.m.CookieName() {
			found = append(found, c)
		}
	}
	return found
}

// An eventLog keeps what a Manager told of.
type eventLog struct {
	mu     sync.Mutex
	events []session.Event
}

func (l *eventLog) add(_ context.Context, e session.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
}

// take returns the events since the last take.
func (l *eventLog) take() []session.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	events := l.events
	l.events = nil
	return events
}

// kinds are take's events without "loaded", which nearly every request has.
func (l *eventLog) kinds() (kinds []session.EventKind) {
	for _, e := range l.take() {
		if e.Kind != session.EventLoaded {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}

func (l *eventLog) want(t testing.TB, kinds ...session.EventKind) {
	t.Helper()
	if got := l.kinds(); !slices.Equal(got, kinds) {
		t.Errorf("events %q, want %q", got, kinds)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// wantErr checks that err is of a kind.
func wantErr(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
}

// value reads one key.
func value[T any](t testing.TB, s *session.Session, key string) T {
	t.Helper()
	v, err := session.Get[T](s, key)
	check(t, err)
	return v
}
