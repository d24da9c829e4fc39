package main

import (
	"net/http"

	"github.com/coatcheck-go/session"
)

func (s *site) devices(v *visit) error {
	sessions, err := s.Sessions(v.r.Context(), v.user)
	if err != nil {
		return err
	}
	this, err := v.s.Handle()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "devices", page{Sessions: sessions, This: this})
}

// endDevice ends one session of this user. A handle is no secret; that it is one of
// this user's sessions is checked by EndSession.
func (s *site) endDevice(v *visit) error {
	handle, err := session.ParseHandle(v.r.PostFormValue("handle"))
	if err != nil {
		http.Error(v.w, "no such device", http.StatusBadRequest)
		return nil //nolint:nilerr // it is the visitor's error, and answered
	}
	found, err := s.EndSession(v.r.Context(), v.user, handle)
	if err != nil {
		return err
	}
	this, err := v.s.Handle()
	switch {
	case err != nil:
		return err
	case this == handle:
		return v.redirect("/login")
	case !found:
		return v.back("/devices", "That device was signed out already.")
	}
	return v.back("/devices", "The device is signed out.")
}

func (s *site) endOthers(v *visit) error {
	if _, err := v.s.EndOthers(); err != nil {
		return err
	}
	return v.back("/devices", "All other devices are signed out.")
}
