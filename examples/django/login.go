package main

import (
	"context"
	"database/sql"
	"errors"
	"net/http"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django/password"
)

// authenticate returns the user of that name and password, "" for none. It takes as long
// for a user who isn't there.
func (s *site) authenticate(ctx context.Context, name, typed string) (id string, err error) {
	var encoded string
	err = s.db.QueryRowContext(ctx, "SELECT id, password FROM auth_user WHERE username = ? AND is_active", name).Scan(&id, &encoded)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	if ok, _, err := password.Check(password.Default, typed, encoded); err != nil || !ok {
		return "", err
	}
	return id, nil
}

// login checks a password against Django's own user table.
func (s *site) login(w http.ResponseWriter, r *http.Request) error {
	name := r.PostFormValue("username")
	id, err := s.authenticate(r.Context(), name, r.PostFormValue("password"))
	if err != nil {
		return err
	}
	if id == "" {
		return s.back(w, r, "/login/", "there is no such user, or the password is another one.")
	}
	if err := s.Login(w, r, id); err != nil {
		return err
	}
	return s.back(w, r, "/", "welcome, "+name+".")
}

func (s *site) logout(w http.ResponseWriter, r *http.Request) error {
	if err := session.From(r).Destroy(); err != nil {
		return err
	}
	return s.back(w, r, "/", "goodbye.")
}
