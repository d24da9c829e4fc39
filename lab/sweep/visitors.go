package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"

	"github.com/coatcheck-go/session"
)

// visitors are those of a site who have live sessions.
type visitors struct {
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

func newVisitors(m *session.Manager, n int) *visitors {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", read)
	mux.HandleFunc("POST /", write)
	return &visitors{manager: m, site: m.Wrap(mux), counts: make([]atomic.Int64, n)}
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

// add makes a session of some 150 bytes.
func (v *visitors) add(ctx context.Context, user string) error {
	s := v.manager.New(ctx)
	if err := s.Login(user); err != nil {
		return err
	}
	for key, value := range map[string]any{themeKey: theme, "note": strings.Repeat("n", 100)} {
		if err := s.Set(key, value); err != nil {
			return err
		}
	}
	if err := s.Save(); err != nil {
		return err
	}
	v.tokens = append(v.tokens, s.Token())
	return nil
}

// read and write are a request of visitor i.
func (v *visitors) read(ctx context.Context, i int) error { return v.request(ctx, i, http.MethodGet) }

func (v *visitors) write(ctx context.Context, i int) error {
	err := v.request(ctx, i, http.MethodPost)
	if err == nil {
		v.counts[i].Add(1)
	}
	return err
}

func (v *visitors) request(ctx context.Context, i int, method string) error {
	r := httptest.NewRequestWithContext(ctx, method, "/", nil)
	r.Header.Set("Cookie", v.manager.CookieName()+"="+v.tokens[i].Reveal())
	w := httptest.NewRecorder()
	v.site.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return fmt.Errorf("%s: status %d: %s", method, w.Code, w.Body)
	}
	return nil
}

// check looks whether every session is there and holds what was written to it.
func (v *visitors) check(ctx context.Context) error {
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
