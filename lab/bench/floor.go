package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"sync"
)

// bare is a handler without sessions.
type bare struct{}

func (bare) wrap(next http.Handler) http.Handler                     { return next }
func (bare) get(*http.Request, string) string                        { return name }
func (bare) set(http.ResponseWriter, *http.Request, []entry) error   { return nil }
func (bare) login(http.ResponseWriter, *http.Request, []entry) error { return nil }
func openBare(o options) (*site, error)                              { return newSite(bare{}, o), nil }

// floor is what somebody might write by hand who needs nothing but speed: live
// objects in a map. It forgets nothing and encodes nothing.
type floor struct {
	mu       sync.RWMutex
	sessions map[string]*live
}

type live struct {
	mu     sync.Mutex
	values map[string]any
}

type floorKey struct{}

func openFloor(o options) (*site, error) {
	return newSite(&floor{sessions: map[string]*live{}}, o), nil
}

func (f *floor) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var found *live
		if c, err := r.Cookie(sessionCookie); err == nil {
			f.mu.RLock()
			found = f.sessions[c.Value]
			f.mu.RUnlock()
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), floorKey{}, found)))
	})
}

func (f *floor) get(r *http.Request, key string) string {
	s := r.Context().Value(floorKey{}).(*live)
	s.mu.Lock()
	defer s.mu.Unlock()
	text, _ := s.values[key].(string)
	return text
}

func (f *floor) set(w http.ResponseWriter, r *http.Request, entries []entry) error {
	s := r.Context().Value(floorKey{}).(*live)
	if s == nil {
		return f.login(w, r, entries)
	}
	s.put(entries)
	return nil
}

func (s *live) put(entries []entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range entries {
		s.values[e.key] = e.value
	}
}

func (f *floor) login(w http.ResponseWriter, _ *http.Request, entries []entry) error {
	s := &live{values: make(map[string]any, len(entries))}
	s.put(entries)
	token := rand.Text()
	f.mu.Lock()
	f.sessions[token] = s
	f.mu.Unlock()
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: token, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	return nil
}
