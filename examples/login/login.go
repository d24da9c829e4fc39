package main

import "net/http"

func (s *site) loginForm(v *visit) error { return v.show(http.StatusOK, "login", page{}) }

func (s *site) login(v *visit) error {
	name, password := v.r.PostFormValue("name"), v.r.PostFormValue("password")
	if !s.users.check(name, password) {
		return v.show(http.StatusUnauthorized, "login", page{Problem: "Invalid username or password"})
	}
	// Login is the only way to record who this is. It gives the session a new
	// token, so one that somebody planted or saw before is worth nothing.
	if err := v.s.Login(name); err != nil {
		return err
	}
	remember := v.r.PostFormValue("remember") != ""
	if err := v.s.SetPersistent(remember); err != nil {
		return err
	}
	return v.redirect("/")
}

// logout is reached by POST alone: a link or an image of another site can't sign
// anybody out.
func (s *site) logout(v *visit) error {
	if err := v.s.Logout(); err != nil {
		return err
	}
	return v.redirect("/")
}

func (s *site) passwordForm(v *visit) error { return v.show(http.StatusOK, "password", page{}) }

func (s *site) changePassword(v *visit) error {
	// Whoever found this device unlocked doesn't know the password.
	if !s.users.check(v.user, v.r.PostFormValue("old")) {
		return v.show(http.StatusForbidden, "password", page{Problem: "Wrong password"})
	}
	next := v.r.PostFormValue("new")
	if len(next) < 8 {
		return v.show(http.StatusBadRequest, "password", page{Problem: "At least 8 characters, please"})
	}
	s.users.setPassword(v.user, next)
	// From here on the old password opens nothing. Login ends this session's
	// old token, of which somebody may have a copy; EndOthers ends the rest.
	if err := v.s.Login(v.user); err != nil {
		return err
	}
	if _, err := v.s.EndOthers(); err != nil {
		return err
	}
	return v.back("/", "The password is changed, and all other devices are signed out.")
}
