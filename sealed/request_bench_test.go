package sealed_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
)

// These measure whole requests through Manager.Wrap, without a server, as the benchmarks of
// the root do: one value read (W1), one value changed (W2).

// blackhole is a response writer that is used again and again.
type blackhole struct{ header http.Header }

func (b *blackhole) Header() http.Header         { return b.header }
func (b *blackhole) Write(p []byte) (int, error) { return len(p), nil }
func (b *blackhole) WriteHeader(int)             {}

func BenchmarkRequest(b *testing.B) {
	for _, kind := range []string{"alone", "records"} {
		for _, more := range []int{0, 2000} {
			o := sealed.Options{}
			if kind == "records" {
				o.Records = memstore.New(memstore.Options{})
			}
			e, err := sealed.New(newRing(b), o)
			check(b, err)
			m, err := session.New(session.Config{Engine: e})
			check(b, err)
			name := fmt.Sprintf("%s/%d", kind, 143+more)
			b.Run("W1/"+name, func(b *testing.B) { benchRequest(b, m, more, readOne) })
			b.Run("W2/"+name, func(b *testing.B) { benchRequest(b, m, more, changeOne) })
		}
	}
}

func readOne(s *session.Session) error {
	_, err := session.Get[string](s, "username")
	return err
}

func changeOne(s *session.Session) error { return s.Set("theme", "light") }

func benchRequest(b *testing.B, m *session.Manager, more int, f func(*session.Session) error) {
	s := m.New(b.Context())
	check(b, s.SetAll(map[string]any{
		"user_id": 12345, "username": "alice", "theme": "dark", "more": strings.Repeat("x", more),
		"cart": []map[string]int{{"id": 1, "n": 2}, {"id": 7, "n": 1}},
		"csrf": strings.Repeat("c", 32),
	}))
	check(b, s.Save())
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: m.CookieName(), Value: s.Token().Reveal()})
	h := m.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		check(b, f(session.From(r)))
		w.WriteHeader(http.StatusOK)
	}))
	w := &blackhole{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}
