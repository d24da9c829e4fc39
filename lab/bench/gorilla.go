package main

import (
	"net/http"

	"github.com/boj/redistore"
	"github.com/gorilla/sessions"
)

// gorilla is github.com/gorilla/sessions.
type gorilla struct{ sessions.Store }

// openGorilla keeps sessions in the cookie. It returns what opens a site with those keys: one to sign with,
// perhaps another to encrypt with.
func openGorilla(keys ...[]byte) func(options) (*site, error) {
	return func(o options) (*site, error) {
		store := sessions.NewCookieStore(keys...)
		store.Options = &sessions.Options{Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
		return newSite(gorilla{store}, o), nil
	}
}

// openGorillaRedis signs its tokens, as its README does. A cookie that goes with the
// browser would be a session that is deleted, so here it has an age.
func openGorillaRedis(o options) (*site, error) {
	address, err := o.farm.redisAddress()
	if err != nil {
		return nil, err
	}
	const idle = 10 // connections, as in its README
	store, err := redistore.NewRediStore(idle, "tcp", address, "", "", key(1))
	if err != nil {
		return nil, err
	}
	store.SetKeyPrefix(o.farm.name())
	store.Options = &sessions.Options{
		Path: "/", MaxAge: 86400, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	s := newSite(gorilla{store}, o)
	s.close = store.Close
	return s, nil
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
