package session_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// A slidingEngine lets the lifetime run from each save on, as Django and Flask do.
type slidingEngine struct{ *session.ServerEngine }

func (slidingEngine) Stamp(s *session.Snapshot) error {
	s.Started = s.Saved
	s.Expires = s.Started.Add(s.Lifetime)
	return nil
}

func (e slidingEngine) Keep(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	_ = e.Stamp(s)
	return e.ServerEngine.Keep(ctx, old, s, grace)
}

// slidingSite has sessions that end a day after their last change.
func slidingSite(t *testing.T) *site {
	e := slidingEngine{session.NewServerEngine(memstore.New(memstore.Options{}), "")}
	s := newSite(t, session.Config{Engine: e, Limits: session.Limits{Idle: session.NoIdle, Lifetime: day}})
	s.do("/remember", func(ss *session.Session) error { return ss.SetPersistent(true) })
	s.do("/at", func(ss *session.Session) error { return ss.ExpireAt(time.Now().Add(time.Hour)) })
	s.do("/set", func(ss *session.Session) error { return ss.Set("at", time.Now()) })
	s.do("/read", func(ss *session.Session) error { _, err := ss.Get("at"); return err })
	return s
}

// A persistent cookie is sent again when its session ends at another time than the
// browser was told, and only then.
func TestCookieFollowsTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slidingSite(t)
		for _, c := range []struct {
			first, then string
			maxAge      int // -1: no cookie
		}{
			{"/remember", "/set", 24 * 60 * 60},
			{"/remember", "/read", -1},
			{"/set", "/set", -1}, // it goes with the browser
			{"/at", "/set", -1},  // its end is the same
		} {
			v := s.visitor()
			v.get("/set")
			v.get(c.first)
			time.Sleep(30 * time.Minute)
			cookies := v.sessionCookies(v.get(c.then))
			switch {
			case c.maxAge < 0 && len(cookies) == 0:
			case len(cookies) != 1 || cookies[0].MaxAge != c.maxAge || cookies[0].Value != v.token:
				t.Errorf("%s, then %s: %v, want Max-Age %d", c.first, c.then, cookies, c.maxAge)
			}
		}
	})
}

// A request that came with the old token after a rotation moves the end, too, and doesn't send
// its token again: the browser has a newer one.
func TestCookieFollowsTheDeadline_NotWithAnOldToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slidingSite(t)
		s.do("/rotate", (*session.Session).Rotate)
		v := s.visitor()
		v.get("/set")
		v.get("/remember")
		old := &visitor{s, v.token}
		v.get("/rotate")
		time.Sleep(time.Second)
		if cookies := old.sessionCookies(old.raw(http.MethodGet, "/set")); len(cookies) != 0 {
			t.Errorf("%v", cookies)
		}
		at, err := session.Get[time.Time](s.open(v.token), "at")
		check(t, err)
		equal(t, "the old token's change was saved", at.Equal(time.Now()), true)
	})
}

// Max-Age is in whole seconds: rather one more than the session has left than one less.
func TestMaxAgeIsRoundedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slidingSite(t)
		s.on("/slow", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
			check(t, firstErr(ss.SetPersistent(true), ss.Save()))
			time.Sleep(time.Millisecond)
		})
		cookies := s.visitor().sessionCookies(s.withValue("k", "v").get("/slow"))
		if len(cookies) != 1 || cookies[0].MaxAge != 24*60*60 {
			t.Errorf("%v", cookies)
		}
	})
}

// The end of a session that is about to be saved is reckoned as it will be saved.
func TestExpiryDate_OfWhatIsAboutToBeSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slidingSite(t)
		for what, c := range map[string]struct {
			change func(*session.Session) error
			want   time.Duration
		}{
			"nothing": {func(*session.Session) error { return nil }, 23 * time.Hour},
			"set":     {func(ss *session.Session) error { return ss.Set("k", 2) }, day},
			"at":      {func(ss *session.Session) error { return ss.ExpireAt(time.Now().Add(2 * time.Hour)) }, 2 * time.Hour},
			"limits":  {func(ss *session.Session) error { return ss.SetLimits(session.Limits{Lifetime: 9 * day}) }, 9 * day},
		} {
			v := s.withValue("k", 1)
			time.Sleep(time.Hour)
			ss := s.open(v.token)
			check(t, c.change(ss))
			before, err := ss.ExpiryAge()
			check(t, err)
			check(t, ss.Save())
			after, err := ss.ExpiryAge()
			check(t, err)
			equal(t, what+": age before the save", before, c.want)
			equal(t, what+": age after it", after, c.want)
		}
	})
}
