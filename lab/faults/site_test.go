package faults

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

const cookieName = "__Host-Http-session"

// A site is one process of an application whose handlers ignore all errors.
type site struct {
	handler http.Handler
	between func() // called by /slow between the reading and the writing

	mu     sync.Mutex
	events []session.Event
}

func newSite(t *testing.T, store session.Store) *site {
	t.Helper()
	s := &site{between: func() {}}
	manager, err := session.New(session.Config{
		Store: store, LoadTimeout: limit, SaveTimeout: limit,
		Cookie: session.Cookie{Name: cookieName}, OnEvent: s.noteEvent,
	})
	must(t, err)
	s.handler = manager.Wrap(http.HandlerFunc(s.serve))
	return s
}

func (s *site) noteEvent(_ context.Context, e session.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

// told tells whether there was an event of this kind.
func (s *site) told(kind session.EventKind) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.Kind == kind {
			return true
		}
	}
	return false
}

// A page is what a visitor sees.
type page struct {
	Subject string // "" for nobody
	Count   int

	status     int
	retryAfter string
	token      string // that was set
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	here := session.From(r)
	var p page
	switch r.URL.Path {
	case "/login":
		_ = here.Login(r.FormValue("as"))
	case "/logout":
		_ = here.Logout()
	case "/slow":
		_, _ = here.Keys()
		s.between()
		fallthrough
	case "/count":
		_ = session.Update(here, "count", func(n *int) error { *n++; return nil })
	}
	p.Subject, _ = here.Subject()
	p.Count, _ = session.Get[int](here, "count")
	_ = json.NewEncoder(w).Encode(p)
}

// A visitor has a name, and a token while signed in.
type visitor struct {
	name  string
	token string
}

// ask sends a request. None may hang. It is safe for concurrent use.
func (s *site) ask(t *testing.T, v visitor, path string) (p page) {
	t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)
	if v.token != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: v.token})
	}
	w, done := httptest.NewRecorder(), make(chan struct{})
	go func() {
		defer close(done)
		s.handler.ServeHTTP(w, r)
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Errorf("%s of %s hangs", path, v.name)
		return page{}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil && w.Code == http.StatusOK {
		t.Errorf("%s of %s is answered with something else: %v", path, v.name, err)
	}
	for _, c := range w.Result().Cookies() {
		p.token = c.Value
	}
	p.status, p.retryAfter = w.Code, w.Header().Get("Retry-After")
	return p
}

// signIn signs a visitor in, who has counted to one. A busy machine may need several
// tries.
func (s *site) signIn(t *testing.T, name string) (v visitor) {
	t.Helper()
	var p page
	for p.status != http.StatusOK {
		v = visitor{name, s.insist(t, visitor{name: name}, "/login?as="+name).token}
		p = s.ask(t, v, "/count")
	}
	if p.Subject != name || p.Count != 1 {
		t.Fatalf("%s has signed in and sees %+v", name, p)
	}
	return v
}

// insist sends a request again until it isn't answered 503.
func (s *site) insist(t *testing.T, v visitor, path string) (p page) {
	t.Helper()
	begun := time.Now()
	for p = s.ask(t, v, path); p.status == http.StatusServiceUnavailable; p = s.ask(t, v, path) {
		if time.Since(begun) > patience {
			t.Fatalf("%s is answered 503 for %v", path, patience)
		}
		time.Sleep(10 * time.Millisecond)
	}
	return p
}

// recovers waits until the visitor is served again, and returns the first page and how
// long it took. Until then there is nothing but 503.
func (s *site) recovers(t *testing.T, v visitor) (p page, took time.Duration) {
	t.Helper()
	begun := time.Now()
	for p.status != http.StatusOK {
		p, took = s.ask(t, v, "/show"), time.Since(begun)
		if p.status != http.StatusOK && p.status != http.StatusServiceUnavailable || took > patience {
			t.Fatalf("no recovery: %d after %v", p.status, took)
		}
		time.Sleep(10 * time.Millisecond)
	}
	return p, took
}
