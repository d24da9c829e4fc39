// Package traffic sends requests through a Manager at a steady rate, and tells how
// long they took.
package traffic

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coatcheck-go/session"
)

// Visitors are those of a site who have live sessions. They come without a network,
// which would hide the store's share.
type Visitors struct {
	manager *session.Manager
	site    http.Handler
	tokens  []session.Token
	counts  []atomic.Int64 // what each session should hold
}

const (
	themeKey = "theme"
	countKey = "count"
	theme    = "dark"
)

// New returns n visitors, who need sessions yet: see Add.
func New(m *session.Manager, n int) *Visitors {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", read)
	mux.HandleFunc("POST /", write)
	return &Visitors{
		manager: m, site: m.Wrap(mux), tokens: make([]session.Token, n), counts: make([]atomic.Int64, n),
	}
}

// read looks at one value, as most requests do.
func read(w http.ResponseWriter, r *http.Request) {
	if got, err := session.Get[string](session.From(r), themeKey); err != nil || got != theme {
		http.Error(w, fmt.Sprintf("theme %q: %v", got, err), http.StatusInternalServerError)
	}
}

// write counts up.
func write(w http.ResponseWriter, r *http.Request) {
	err := session.Update(session.From(r), countKey, func(n *int64) error { *n++; return nil })
	if err != nil {
		http.Error(w, err.Error(), session.StatusCode(err))
	}
}

// Add makes the session of visitor i. It may be called by many goroutines, each time
// with another i.
func (v *Visitors) Add(ctx context.Context, i int, user string) error {
	return v.AddBy(ctx, v.manager, i, user)
}

// AddBy is Add by another Manager of the same store.
func (v *Visitors) AddBy(ctx context.Context, m *session.Manager, i int, user string) (err error) {
	v.tokens[i], err = Make(ctx, m, user, time.Time{})
	return err
}

// Make makes a session of some 150 bytes. It ends at until, if that isn't zero, and so
// does its record: the store goes by the idle timeout.
func Make(ctx context.Context, m *session.Manager, user string, until time.Time) (session.Token, error) {
	s := m.New(ctx)
	if err := s.Login(user); err != nil {
		return "", err
	}
	if !until.IsZero() {
		if err := s.ExpireAfter(time.Until(until)); err != nil {
			return "", err
		}
	}
	if err := s.SetAll(map[string]any{themeKey: theme, "note": strings.Repeat("n", 100)}); err != nil {
		return "", err
	}
	if err := s.Save(); err != nil {
		return "", err
	}
	return s.Token(), nil
}

// one is a request of visitor i.
func (v *Visitors) one(ctx context.Context, i int, write bool) error {
	if !write {
		return v.request(ctx, i, http.MethodGet)
	}
	err := v.request(ctx, i, http.MethodPost)
	if err == nil {
		v.counts[i].Add(1)
	}
	return err
}

func (v *Visitors) request(ctx context.Context, i int, method string) error {
	r := httptest.NewRequestWithContext(ctx, method, "/", nil)
	r.Header.Set("Cookie", v.manager.CookieName()+"="+v.tokens[i].Reveal())
	w := httptest.NewRecorder()
	v.site.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return fmt.Errorf("%s: status %d: %s", method, w.Code, w.Body)
	}
	return nil
}

// Check looks whether every session is there and holds what was written to it.
func (v *Visitors) Check(ctx context.Context) error {
	for i, token := range v.tokens {
		s, err := v.manager.Open(ctx, token)
		if err != nil {
			return fmt.Errorf("live session %d: %w", i, err)
		}
		got, _, err := session.Lookup[int64](s, countKey)
		if want := v.counts[i].Load(); err != nil || got != want {
			return fmt.Errorf("live session %d holds %d (%w), want %d", i, got, err, want)
		}
	}
	return nil
}
