package main

import (
	"net/http"

	"github.com/gorilla/sessions"
)

// gorilla is github.com/gorilla/sessions with the session in the cookie.
type gorilla struct{ *sessions.CookieStore }

// openGorilla returns what opens a site with those keys: one to sign with,
// perhaps another to encrypt with.
func openGorilla(keys ...[]byte) func(options) (*site, error) {
	return func(o options) (*site, error) {
		store := sessions.NewCookieStore(keys...)
		store.Options = &sessions.Options{Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
		return newSite(gorilla{store}, o), nil
	}
}

// wrap is no middleware: the library needs none. It keeps what it has decoded in
// the request, which a visitor uses again, so each visit must begin with a copy
// of the request as it was.
func (gorilla) wrap(next http.Handler) http.Handler {
	var own http.Request // a visitor is for one goroutine
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own = *r
		next.ServeHTTP(w, &own)
	})
}

func (g gorilla) get(r *http.Request, key string) string {
	s, err := g.Get(r, sessionCookie)
	if err != nil {
		return err.Error()
	}
	text, _ := s.Values[key].(string)
	return text
}

func (g gorilla) set(w http.ResponseWriter, r *http.Request, entries []entry) error {
	s, err := g.Get(r, sessionCookie)
	if err != nil {
		return err
	}
	for _, e := range entries {
		s.Values[e.key] = e.value
	}
	return s.Save(r, w)
}

func (g gorilla) login(w http.ResponseWriter, r *http.Request, entries []entry) error {
	return g.set(w, r, entries)
}
