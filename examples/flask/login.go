package main

import (
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coatcheck-go/session"
)

// maxName is how many characters a name may have.
const maxName = 40

// login believes everybody, as in Flask's documentation. A real site asks for a password.
func login(w http.ResponseWriter, r *http.Request) error {
	s, name := session.From(r), strings.TrimSpace(r.PostFormValue("username"))
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName {
		http.Error(w, "A name has 1 to 40 characters.", http.StatusBadRequest)
		return nil
	}
	// This is session["username"] = name, and session.clear() before if somebody else was
	// signed in.
	if err := s.Login(name); err != nil {
		return err
	}
	if err := s.Set("since", time.Now()); err != nil { // a datetime in Flask
		return err
	}
	return back(w, r, "/", "welcome, "+name+".")
}

// logout is session.clear().
func logout(w http.ResponseWriter, r *http.Request) error {
	if err := session.From(r).Logout(); err != nil {
		return err
	}
	return back(w, r, "/", "goodbye.")
}
