package site

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/coatcheck-go/session"
)

var errNotSignedIn = &httpError{http.StatusUnauthorized, "Sign in first."}

// A device is a session of the signed-in user, as its owner may see it.
type device struct {
	session.Info
	Current bool
}

// devicesData is what the page shows.
type devicesData struct {
	List   []device
	NoList string
}

// devices lists the sessions of who is signed in.
func (s *site) devices(r *http.Request) ([]device, error) {
	user, own, err := identity(session.From(r))
	if err != nil {
		return nil, err
	}
	infos, err := s.manager.Sessions(r.Context(), user)
	if err != nil {
		return nil, err
	}
	list := make([]device, len(infos))
	for i, info := range infos {
		list[i] = device{info, info.Handle == own}
	}
	return list, nil
}

// identity returns who is signed in and which of the user's sessions this one is.
func identity(sess *session.Session) (user string, own session.Handle, err error) {
	if user, err = sess.Subject(); err != nil {
		return "", own, err
	}
	if user == "" {
		return "", own, errNotSignedIn
	}
	own, err = sess.Handle()
	return user, own, err
}

// endDevice ends the session with the handle, if it is the user's, and reports
// whether there was one.
func (s *site) endDevice(r *http.Request, handle string) (found bool, err error) {
	sess := session.From(r)
	user, own, err := identity(sess)
	if err != nil {
		return false, err
	}
	h, err := session.ParseHandle(handle)
	if err != nil {
		return false, nil //nolint:nilerr // no session has it
	}
	if h == own {
		return true, sess.Logout() // takes the cookie back as well
	}
	return s.manager.EndSession(r.Context(), user, h)
}

func (s *site) devicesPage(w http.ResponseWriter, r *http.Request) error {
	list, err := s.devices(r)
	if s.NoList != "" && errors.Is(err, errors.ErrUnsupported) {
		list, err = nil, nil
	}
	if errors.Is(err, errNotSignedIn) {
		return s.seeOther(w, r, "/login", session.Notice, "Sign in to see your devices.")
	}
	if err != nil {
		return err
	}
	p, err := s.newPage(w, r, "devices", "Your devices")
	if err != nil {
		return err
	}
	p.Data = devicesData{list, s.NoList}
	return s.render(w, r, p)
}

func (s *site) deviceEnd(w http.ResponseWriter, r *http.Request) error {
	found, err := s.endDevice(r, r.PostFormValue("handle"))
	if err != nil {
		return err
	}
	if !found {
		return s.seeOther(w, r, "/devices", session.Notice, "That device was signed out already.")
	}
	return s.seeOther(w, r, "/devices", session.Success, "That device is signed out: its next request will find no session.")
}

func (s *site) devicesEndOthers(w http.ResponseWriter, r *http.Request) error {
	ended, err := endOthers(r)
	if err != nil {
		return err
	}
	return s.seeOther(w, r, "/devices", session.Success, fmt.Sprintf("Signed out on %d other %s.", ended, deviceWord(ended)))
}

func endOthers(r *http.Request) (ended int, err error) {
	sess := session.From(r)
	if _, _, err := identity(sess); err != nil {
		return 0, err
	}
	return sess.EndOthers()
}

func (s *site) devicesEndAll(w http.ResponseWriter, r *http.Request) error {
	sess := session.From(r)
	user, _, err := identity(sess)
	if err != nil {
		return err
	}
	ended, err := s.manager.EndAll(r.Context(), user)
	if err != nil {
		return err
	}
	if err := sess.Logout(); err != nil { // this browser's cookie is of no use any more
		return err
	}
	return s.seeOther(w, r, "/", session.Success, fmt.Sprintf("Signed out everywhere: on %d %s.", ended, deviceWord(ended)))
}

func deviceWord(n int) string {
	if n == 1 {
		return "device"
	}
	return "devices"
}
