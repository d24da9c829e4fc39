package session

import (
	"fmt"
	"time"
)

// SetLimits gives this session limits of its own; zero fields mean the
// Manager's. Lifetime runs from when the session began or its visitor logged in.
// Errors: limits that New would refuse too; otherwise as Rotate.
func (s *Session) SetLimits(l Limits) error {
	setDefault(&l.Idle, s.m.config.Limits.Idle)
	setDefault(&l.Lifetime, s.m.config.Limits.Lifetime)
	l, err := l.resolve()
	if err != nil {
		return err
	}
	return s.reshape(func(sn *Snapshot) { sn.Idle, sn.Lifetime = max(l.Idle, 0), l.Lifetime }) // NoIdle is 0 there
}

// SetPersistent says whether the cookie outlives the browser: "remember me"
// (Flask's permanent).
func (s *Session) SetPersistent(persistent bool) error {
	return s.reshape(func(sn *Snapshot) { sn.Persistent = persistent })
}

// ExpireAfter ends the session d after its last request, and makes it persistent
// (Django's set_expiry with seconds; there it runs from the last change). Lifetime
// ends it all the same.
func (s *Session) ExpireAfter(d time.Duration) error {
	idle, err := checkIdle(d)
	if err != nil {
		return err
	}
	return s.reshape(func(sn *Snapshot) { sn.Idle, sn.Until, sn.Persistent = idle, time.Time{}, true })
}

// ExpireAt ends the session at t, and makes it persistent (Django's set_expiry
// with a time). Lifetime and idle timeout end it all the same. A t that has passed is
// an error.
func (s *Session) ExpireAt(t time.Time) error {
	if !time.Now().Before(t) {
		return fmt.Errorf("session: expire at %v: that has passed", t)
	}
	if t.After(lastTime) {
		t = lastTime
	}
	return s.reshape(func(sn *Snapshot) { sn.Until, sn.Persistent = t, true })
}

// lastTime is long after any Lifetime, and every format can hold it: Python's end there.
var lastTime = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// ExpireAtBrowserClose makes the cookie go with the browser (Django's set_expiry
// with 0). The Manager's limits end the session all the same.
func (s *Session) ExpireAtBrowserClose() error {
	return s.reshape(func(sn *Snapshot) { s.m.defaultExpiry(sn); sn.Persistent = false })
}

// ExpireDefault goes back to the Manager's settings (Django's set_expiry with
// None).
func (s *Session) ExpireDefault() error { return s.reshape(s.m.defaultExpiry) }

func (m *Manager) defaultExpiry(sn *Snapshot) {
	blank := m.blank(time.Time{})
	sn.Idle, sn.Lifetime, sn.Until, sn.Persistent = blank.Idle, blank.Lifetime, blank.Until, blank.Persistent
}

// reshape changes what the cookie's lifetime depends on.
func (s *Session) reshape(f func(*Snapshot)) error {
	return s.alter(func(sn *Snapshot) error {
		f(sn)
		s.reshaped = true
		return nil
	}, true)
}

// A Stamper is an [Engine] that gives a session other times at each save than a Manager
// does: one in which Lifetime runs from the last change on, as in Django and Flask.
type Stamper interface {
	Engine

	// Stamp sets the times of s to what Keep would make of them if it saved s at
	// s.Saved. The error is what Keep would refuse.
	Stamp(s *Snapshot) error
}

// ExpiryDate returns when the session ends if nobody comes back. For one that is
// about to be saved, it is reckoned as if that were done now.
func (s *Session) ExpiryDate() (t time.Time, err error) {
	err = s.view(func(sn *Snapshot) error {
		saved := *sn
		if s.modified || !s.exists() {
			if err := s.m.stamp(&saved); err != nil {
				return err
			}
		}
		t = saved.end()
		return nil
	})
	return t, err
}

// stamp gives sn the times that it would get if it were saved now.
func (m *Manager) stamp(sn *Snapshot) error {
	sn.stamp(time.Now())
	if e, ok := m.engine.(Stamper); ok {
		return e.Stamp(sn)
	}
	return nil
}

// ExpiryAge returns how long it is until ExpiryDate.
func (s *Session) ExpiryAge() (time.Duration, error) {
	t, err := s.ExpiryDate()
	if err != nil {
		return 0, err
	}
	return time.Until(t), nil
}

// ExpiresAtBrowserClose reports whether the cookie goes with the browser.
func (s *Session) ExpiresAtBrowserClose() (yes bool, err error) {
	err = s.view(func(sn *Snapshot) error { yes = !sn.Persistent; return nil })
	return yes, err
}
