package main

import (
	"context"
	"net/http"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django/password"
)

// passwordPage is for who is signed in.
func (s *site) passwordPage(w http.ResponseWriter, r *http.Request) error {
	if name, err := s.userName(r); err != nil {
		return err
	} else if name == "" {
		http.Redirect(w, r, "/login/", http.StatusFound)
		return nil
	}
	return s.show("password")(w, r)
}

// changePassword signs the user out everywhere but here.
func (s *site) changePassword(w http.ResponseWriter, r *http.Request) error {
	name, err := s.userName(r)
	if err != nil {
		return err
	}
	id, err := s.authenticate(r.Context(), name, r.PostFormValue("old_password"))
	if err != nil {
		return err
	}
	typed := r.PostFormValue("new_password1")
	switch {
	case id == "":
		return s.back(w, r, "/password/", "your old password is another one.")
	case typed == "" || typed != r.PostFormValue("new_password2"):
		return s.back(w, r, "/password/", "the new passwords are not the same.")
	}
	if err := s.setPassword(r.Context(), id, typed); err != nil {
		return err
	}
	// This is update_session_auth_hash. The other sessions have the hash of the old
	// password, and so are nobody's any more.
	if err := session.From(r).Rotate(); err != nil {
		return err
	}
	return s.back(w, r, "/", "your password is changed.")
}

func (s *site) setPassword(ctx context.Context, id, typed string) error {
	encoded, err := password.Make(password.Default, typed)
	if err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, "UPDATE auth_user SET password = ? WHERE id = ?", encoded, id)
	return err
}
