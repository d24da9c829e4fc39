package session_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// A session in the cookie gets a new cookie where one in a store gets a touch.
func TestClientSideTouch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, session.Config{Engine: &clientEngine{}, Limits: session.Limits{Idle: 10 * time.Minute}})
		s.do("/", func(ss *session.Session) error { _, err := ss.Get("k"); return err })
		v := s.withValue("k", "v")
		equal(t, "cookies at once", len(v.sessionCookies(v.get("/"))), 0)
		for range 5 {
			time.Sleep(9 * time.Minute)
			if n := len(v.sessionCookies(v.get("/"))); n != 1 {
				t.Fatalf("%d cookies after 9 minutes, want 1", n)
			}
			equal(t, "value", value[string](t, s.open(v.token), "k"), "v")
		}
		time.Sleep(11 * time.Minute)
		equal(t, "live after the timeout", s.live(v.token), false)
	})
}

// Engines can ask for a new token, for instance when the old one's key goes.
func TestClientSideRenew(t *testing.T) {
	e := &clientEngine{}
	s := newSite(t, session.Config{Engine: e})
	s.do("/", func(ss *session.Session) error { _, err := ss.Get("k"); return err })
	s.on("/unused", func(http.ResponseWriter, *http.Request, *session.Session) {})
	v := s.withValue("k", "v")
	e.stale.Store(true)
	equal(t, "cookies where the session wasn't used", len(v.sessionCookies(v.get("/unused"))), 0)
	equal(t, "cookies", len(v.sessionCookies(v.get("/"))), 1)
	e.stale.Store(false)
	equal(t, "cookies once it is renewed", len(v.sessionCookies(v.get("/"))), 0)
	equal(t, "value", value[string](t, s.open(v.token), "k"), "v")
}

// What can't be ended is never said to be.
func TestClientSideWithoutRecords(t *testing.T) {
	s := newSite(t, session.Config{Engine: &clientEngine{}})
	_, err := s.m.EndAll(t.Context(), "alice")
	wantErr(t, "EndAll", err, errors.ErrUnsupported)
	_, err = s.m.Sessions(t.Context(), "alice")
	wantErr(t, "Sessions", err, errors.ErrUnsupported)
	ss := s.m.New(t.Context())
	check(t, ss.Login("alice"))
	_, err = ss.EndOthers()
	wantErr(t, "EndOthers", err, errors.ErrUnsupported)
	_, err = session.New(session.Config{Engine: &clientEngine{}, MaxPerSubject: 1})
	wantErr(t, "MaxPerSubject", err, errors.ErrUnsupported)
}

func TestClientSideChangeAfterTheHeaders(t *testing.T) {
	s := newSite(t, session.Config{Engine: &clientEngine{}})
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		check(t, ss.Set("k", "early"))
		w.WriteHeader(http.StatusOK)
		wantErr(t, "Set", ss.Set("k", "late"), session.ErrTooLate)
	})
	v := s.visitor()
	v.get("/")
	equal(t, "value", value[string](t, s.open(v.token), "k"), "early")
}
