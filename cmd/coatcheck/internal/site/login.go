package site

import (
	"errors"
	"net/http"

	"github.com/coatcheck-go/session"
)

func (s *site) loginPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.newPage(w, r, "login", "Sign in")
	if err != nil {
		return err
	}
	p.Data = s.Framework
	return s.render(w, r, p)
}

func (s *site) login(w http.ResponseWriter, r *http.Request) error {
	user, err := s.Accounts.Check(r.Context(), r.PostFormValue("username"), r.PostFormValue("password"))
	switch {
	case errors.Is(err, ErrWrongPassword):
		return s.seeOther(w, r, "/login", session.Error, err.Error())
	case err != nil:
		return err
	}
	if err := s.signIn(w, r, user, r.PostFormValue("remember") != ""); err != nil {
		return err
	}
	message := "You are signed in. The session got a new token, and the old one ended at that moment; what you had put in the session is still there."
	if s.ClientSide && s.NoList != "" {
		message = "You are signed in. The session got a new token; what you had put in it is still there."
	}
	return s.seeOther(w, r, "/", session.Success, message)
}

// signIn is all there is to it: the new token, against session fixation, comes with Login.
func (s *site) signIn(w http.ResponseWriter, r *http.Request, user string, remember bool) error {
	sess := session.From(r)
	if err := sess.Login(user); err != nil {
		return err
	}
	if err := s.rotateCSRF(w, r); err != nil {
		return err
	}
	return sess.SetPersistent(remember)
}

// user returns who is signed in, as the session says it and what people call them; both
// are empty for nobody.
func (s *site) user(r *http.Request) (subject, name string, err error) {
	subject, err = session.From(r).Subject()
	if err != nil || subject == "" {
		return "", "", err
	}
	name, err = s.Accounts.Name(r.Context(), subject)
	return subject, name, err
}

func (s *site) logout(w http.ResponseWriter, r *http.Request) error {
	if err := session.From(r).Logout(); err != nil {
		return err
	}
	message := "You are signed out. The session's record was deleted: a copy of the cookie is of no use any more."
	switch {
	case s.ClientSide && s.NoList != "":
		message = "You are signed out in this browser. " + s.NoList
	case s.Framework.Messages == nil:
		message += " This message lives in a new session."
	}
	return s.seeOther(w, r, "/", session.Success, message)
}
