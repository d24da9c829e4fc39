package main

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/sealed"
)

// newSite returns the pages. records may be any store, one that all processes of the
// site share. Without one, a copy of a cookie would be good after the logout.
func newSite(ring *keyring.Ring, records session.Store) (http.Handler, error) {
	engine, err := sealed.New(ring, sealed.Options{Records: records})
	if err != nil {
		return nil, err
	}
	m, err := session.New(session.Config{
		Engine: engine,
		App:    "shop",
		Cookie: session.Cookie{InsecureLoopback: true}, // http on localhost; leave it out behind TLS
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", home)
	mux.HandleFunc("POST /login", answer(func(s *session.Session) error { return s.Login("alice") })) // a real site asks for a password
	mux.HandleFunc("POST /logout", answer((*session.Session).Logout))
	return m.Wrap(mux), nil
}

// home greets the visitor and counts the visits, in the cookie.
func home(w http.ResponseWriter, r *http.Request) {
	s := session.From(r)
	visits := 0
	err := session.Update(s, "visits", func(n *int) error { *n++; visits = *n; return nil })
	subject, subjectErr := s.Subject()
	if err = errors.Join(err, subjectErr); err != nil {
		http.Error(w, "please try again", session.StatusCode(err))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<p>Hello %q, visit %d.\n<form method=post action=/login><button>Sign in</button></form>\n"+
		"<form method=post action=/logout><button>Sign out</button></form>\n", subject, visits)
}

// answer does something to the session and leads back home.
func answer(f func(*session.Session) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := f(session.From(r)); err != nil {
			http.Error(w, "please try again", session.StatusCode(err))
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
}
