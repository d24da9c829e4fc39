package session_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// These measure whole requests through Manager.Wrap on a memstore, without a
// server: what the library adds to a handler. The comparison with other
// libraries is in lab/bench.

// blackhole is a response writer that is used again and again.
type blackhole struct{ header http.Header }

func (b *blackhole) Header() http.Header         { return b.header }
func (b *blackhole) Write(p []byte) (int, error) { return len(p), nil }
func (b *blackhole) WriteHeader(int)             {}

func benchManager(b *testing.B) *session.Manager {
	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{})})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// benchSession saves a session of 143 bytes of JSON and more, and returns a
// request that carries its cookie.
func benchSession(b *testing.B, m *session.Manager, extra int) *http.Request {
	s := m.New(b.Context())
	err := s.SetAll(map[string]any{
		"user_id": 12345, "username": "alice", "theme": "dark",
		"cart": []map[string]int{{"id": 1, "n": 2}, {"id": 7, "n": 1}},
		"csrf": strings.Repeat("c", 32),
	})
	if err == nil && extra > 0 {
		err = s.Set("extra", strings.Repeat("x", extra))
	}
	if err == nil {
		err = s.Save()
	}
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: m.CookieName(), Value: s.Token().Reveal()})
	return r
}

func benchHandler(b *testing.B, h http.Handler, r *http.Request) {
	w := &blackhole{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}

func readHandler(b *testing.B) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if name, err := session.Get[string](session.From(r), "username"); err != nil || name != "alice" {
			b.Errorf("username %q: %v", name, err)
		}
		w.WriteHeader(http.StatusOK)
	}
}

func BenchmarkRead(b *testing.B) {
	m := benchManager(b)
	benchHandler(b, m.Wrap(readHandler(b)), benchSession(b, m, 0))
}

func BenchmarkRead2KiB(b *testing.B) {
	m := benchManager(b)
	benchHandler(b, m.Wrap(readHandler(b)), benchSession(b, m, 2048))
}

func BenchmarkWrite(b *testing.B) {
	m := benchManager(b)
	n := 0
	benchHandler(b, m.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		if err := session.From(r).Set("n", n); err != nil {
			b.Error(err)
		}
		w.WriteHeader(http.StatusOK)
	})), benchSession(b, m, 0))
}

func BenchmarkUntouched(b *testing.B) {
	m := benchManager(b)
	benchHandler(b, m.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
	})), httptest.NewRequest("GET", "/", nil))
}

func BenchmarkLogin(b *testing.B) {
	m := benchManager(b)
	benchHandler(b, m.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := session.From(r)
		if err := s.Login("alice"); err != nil {
			b.Error(err)
		}
		for _, key := range []string{"user_id", "username", "theme"} {
			if err := s.Set(key, "value"); err != nil {
				b.Error(err)
			}
		}
		w.WriteHeader(http.StatusOK)
	})), httptest.NewRequest("POST", "/", nil))
}
