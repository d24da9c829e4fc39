package session

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// maxText limits subject, address and user agent.
const maxText = 255

// Rotate gives the session a new token and keeps its data (Django's cycle_key).
// The old token leads to the session for Config.RotateGrace more, so that
// requests sent before are not signed out; after that its use is an
// EventReusedToken. On a request that itself came with such an old token Rotate does
// nothing: it was rotated just now, and the newer cookie must not be overwritten.
// A session that was never saved has no token to be rotated.
// Errors: of loading; ErrEnded; ErrTooLate when the response has begun.
func (s *Session) Rotate() error {
	id := s.m.engine.NewID()
	return s.alter(func(sn *Snapshot) error {
		if !sn.Moved && sn.ID != "" {
			sn.ID = id
		}
		return nil
	}, true)
}

// Login records that subject has proved who they are: a user's ID, 1 to 255 bytes
// of UTF-8 without NUL. There is no other way to record it. The session gets a new token, the old
// one ends at once, and Lifetime runs anew. An anonymous visitor's values are
// kept; those of another subject are removed (as Django does).
//
// With Config.MaxPerSubject the login is saved before Login returns, and ErrLimit
// may refuse it. Other errors as Rotate.
func (s *Session) Login(subject string) error {
	if subject == "" || len(subject) > maxText || !utf8.ValidString(subject) || strings.ContainsRune(subject, 0) {
		return errors.New("session: login: subject must be 1 to 255 bytes of UTF-8 without NUL")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.changeable(true); err != nil {
		return err
	}
	handle := s.next.Handle
	if handle == (Handle{}) {
		handle = newHandle()
	}
	if err := s.takePlace(subject, handle); err != nil {
		return err
	}
	if err := s.alterLocked(s.loginChange(subject, handle), true); err != nil {
		return err
	}
	s.login = true
	if s.m.config.MaxPerSubject == 0 {
		return nil
	}
	err := s.commit()
	s.leavePlace(subject, handle)
	return err
}

func (s *Session) loginChange(subject string, handle Handle) change {
	id, now := s.m.engine.NewID(), s.now
	address, agent := s.client()
	return func(sn *Snapshot) error {
		if sn.Subject != subject && sn.Subject != "" {
			sn.Values = Values{}
		}
		sn.ID, sn.Handle, sn.Subject, sn.Started, sn.Moved = id, handle, subject, now, false
		sn.Address, sn.UserAgent = address, agent
		return nil
	}
}

// client tells what a list of devices shows.
func (s *Session) client() (address, agent string) {
	if s.request == nil {
		return "", ""
	}
	return clip(s.m.config.ClientAddress(s.request)), clip(s.request.UserAgent())
}

func clip(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxText)], "")
}

// Subject returns who is logged in, "" for nobody.
func (s *Session) Subject() (subject string, err error) {
	err = s.view(func(sn *Snapshot) error { subject = sn.Subject; return nil })
	return subject, err
}

// Destroy ends the session: its record, its data, its cookie (Django's flush).
// What is set after that belongs to a new session. It is done when the changes
// are saved, also on a 5xx response with Config.DiscardOnServerError. ErrEnded: a
// login took the session's place meanwhile; its session stays.
func (s *Session) Destroy() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.destroy()
}

func (s *Session) destroy() error {
	if err := s.load(); err != nil {
		return err
	}
	if err := s.readOnly(); err != nil {
		return err
	}
	if s.replaced {
		return errReplaced // the session that took its place is another one, and stays
	}
	if s.exists() {
		dropped := *s.base
		s.dropped = &dropped
	}
	if s.carried != "" || s.duplicate {
		s.cookie = cookieRemove
	}
	s.renew()
	s.changes, s.modified, s.login, s.carried = nil, false, false, ""
	if s.headersSent {
		return s.commit()
	}
	return nil
}

// Logout is Destroy, and tells the browser to clear what it keeps of this site,
// see Config.ClearSiteData.
func (s *Session) Logout() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.destroy(); err != nil {
		return err
	}
	s.clearSite = true
	return nil
}
