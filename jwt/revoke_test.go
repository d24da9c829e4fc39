package jwt_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
)

// endings are the ways to end a session from elsewhere, or by itself.
var endings = map[string]func(*visitor) error{
	"logout": func(v *visitor) error { v.ask("/logout"); return nil },
	"end all": func(v *visitor) error {
		_, err := v.s.m.EndAll(v.s.t.Context(), "alice")
		return err
	},
	"end": func(v *visitor) error { return v.s.m.End(v.s.t.Context(), session.Token(v.token())) },
	"end others": func(v *visitor) error {
		another := v.s.visitor()
		another.ask("/login")
		equal(v.s.t, "end others", another.ask("/end-others"), "")
		return nil
	},
}

// R12, R13: with a store, a copy of the token is dead after a logout: for changes and
// renewals at once, for reading after Access at most, or at once with CheckEvery.
func TestR12_RevocationReachesCopies(t *testing.T) {
	for kind, want := range map[string]string{"store": "alice", "checked": ""} {
		for name, end := range endings {
			t.Run(kind+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := shop(t, kinds[kind]())
					s.do("/end-others", func(ss *session.Session) error { _, err := ss.EndOthers(); return err })
					v := s.visitor()
					v.ask("/login")
					thief := v.thief()
					check(t, end(v))
					equal(t, "reading by the copy", thief.ask("/who"), want)
					var sn session.Snapshot
					wantErr(t, "its record", s.engine.Reopen(t.Context(), thief.token(), &sn), session.ErrNotFound)
					thief.thief().ask("/set") // is refused, or makes another session
					wantErr(t, "its record after a change", s.engine.Reopen(t.Context(), thief.token(), &sn), session.ErrNotFound)
					time.Sleep(5 * time.Minute)
					equal(t, "reading after Access", thief.ask("/who"), "")
				})
			})
		}
	}
}

// Who ends the others stays, though the JWT doesn't tell where the record is; and who was
// ended can't end those who are left.
func TestMB15_EndOthersSparesItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shop(t, withStore())
		s.do("/end-others", func(ss *session.Session) error { _, err := ss.EndOthers(); return err })
		a, b := s.visitor(), s.visitor()
		a.ask("/login")
		b.ask("/login")
		equal(t, "a ends b", a.ask("/end-others"), "")
		equal(t, "b, which is ended, ends a", b.ask("/end-others"), "Conflict")
		time.Sleep(6 * time.Minute)
		equal(t, "a", a.ask("/who"), "alice")
		equal(t, "b", b.ask("/who"), "")
	})
}

// Without a store a copy stays good, and what can't be done is never said to be.
func TestR12_AloneNothingIsRevoked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shop(t, options())
		v := s.visitor()
		v.ask("/login")
		thief := v.thief()
		v.ask("/logout")
		equal(t, "the visitor", v.ask("/who"), "")
		equal(t, "a copy", thief.ask("/who"), "alice")
		_, err := s.m.EndAll(t.Context(), "alice")
		wantErr(t, "end all", err, errors.ErrUnsupported)
		_, err = s.m.Sessions(t.Context(), "alice")
		wantErr(t, "sessions", err, errors.ErrUnsupported)
		wantErr(t, "end", s.m.End(t.Context(), session.Token(thief.token())), errors.ErrUnsupported)
		if s.engine.Records() != nil {
			t.Error("records without a store")
		}
		time.Sleep(24 * time.Hour)
		equal(t, "a copy after the idle timeout", s.live(thief.token()), false)
	})
}

// A logout by a token from before a login ends the session that came of it, as a
// server-side engine does.
func TestLogoutOvertakenByALogin(t *testing.T) {
	s := shop(t, withStore())
	v := s.visitor()
	v.ask("/set")
	s.do("/slow-logout", func(ss *session.Session) error {
		_, err := ss.Subject()
		v.ask("/login")
		return errors.Join(err, ss.Logout())
	})
	equal(t, "logout", v.thief().ask("/slow-logout"), "")
	var sn session.Snapshot
	wantErr(t, "the session after it", s.engine.Reopen(t.Context(), v.token(), &sn), session.ErrNotFound)
}

// R1: a session that was ended stays dead, though a request was under way.
func TestR1_NoRevivalByASlowRequest(t *testing.T) {
	for _, kind := range []string{"store", "checked"} {
		s := shop(t, kinds[kind]())
		v := s.visitor()
		v.ask("/login")
		s.do("/slow", func(ss *session.Session) error {
			_, err := ss.Subject()
			v.ask("/logout")
			return errors.Join(err, ss.Set("k", "late"))
		})
		slow := v.thief()
		equal(t, "answer of the slow request", slow.ask("/slow"), "Conflict")
		var sn session.Snapshot
		wantErr(t, "the session", s.engine.Reopen(t.Context(), slow.token(), &sn), session.ErrNotFound)
	}
}

func TestMB15_DevicesAndTheirLimit(t *testing.T) {
	s := newSite(t, withStore(), func(c *session.Config) { c.MaxPerSubject = 2 })
	s.do("/login", func(ss *session.Session) error { return ss.Login("alice") })
	for range 3 {
		s.visitor().ask("/login")
	}
	infos, err := s.m.Sessions(t.Context(), "alice")
	check(t, err)
	equal(t, "sessions", len(infos), 2)
	equal(t, "address", infos[0].Address, "192.0.2.1")
}

// What the list of devices shows isn't in the JWT and survives changes all the same.
func TestMB15_AddressOverChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shop(t, withStore())
		v := s.visitor()
		for i, path := range []string{"/login", "/set", "/rotate", "/set", "/get", "/set", "/rotate"} {
			v.ask(path)
			time.Sleep(time.Duration(i%2) * 6 * time.Minute) // with a JWT that is good, and one that isn't
			infos, err := s.m.Sessions(t.Context(), "alice")
			check(t, err)
			equal(t, "address after "+path, infos[0].Address, "192.0.2.1")
		}
	})
}

// CheckEvery shows every request what was saved last, and brings its JWT up to date.
func TestCheckEverySeesTheNewestState(t *testing.T) {
	s := shop(t, checkEvery())
	v := s.visitor()
	v.ask("/login")
	other := v.thief()
	v.ask("/set")
	equal(t, "what the other token sees", other.ask("/get"), "v")
	var sn session.Snapshot
	lax := checkEvery()
	lax.CheckEvery = false
	e, err := jwt.New(lax)
	check(t, errors.Join(err, e.Bind(session.Config{})))
	check(t, e.Open(t.Context(), other.token(), &sn))
	raw, _ := sn.Values.Get("k")
	equal(t, "what its JWT tells", raw, `"v"`)
}
