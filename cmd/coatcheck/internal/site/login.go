package site

import (
	"net/http"

	"github.com/coatcheck-go/session"
)

func (s *site) loginPage(w http.ResponseWriter, r *http.Request) error {
	p, err := newPage(r, "login", "Sign in")
	if err != nil {
		return err
	}
	return s.render(w, r, p)
}

func (s *site) login(w http.ResponseWriter, r *http.Request) error {
	name := r.PostFormValue("username")
	if err := s.Users.check(name, r.PostFormValue("password")); err != nil {
		return seeOther(w, r, "/login", session.Error, err.Error())
	}
	if err := signIn(session.From(r), name, r.PostFormValue("remember") != ""); err != nil {
		return err
	}
	return seeOther(w, r, "/", session.Success,
		"You are signed in. The session got a new token, and the old one ended at that moment; what you had put in the session is still there.")
}

// signIn is all there is to it: the new token, against session fixation, comes with Login.
func signIn(sess *session.Session, name string, remember bool) error {
	if err := sess.Login(name); err != nil {
		return err
	}
	return sess.SetPersistent(remember)
}

func (s *site) logout(w http.ResponseWriter, r *http.Request) error {
	if err := session.From(r).Logout(); err != nil {
		return err
	}
	message := "You are signed out. The session's record was deleted: a copy of the cookie is of no use any more. This message lives in a new session."
	if s.ClientSide && s.NoList != "" {
		message = "You are signed out in this browser. " + s.NoList
	}
	return seeOther(w, r, "/", session.Success, message)
}
