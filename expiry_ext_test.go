package session_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

const day = 24 * time.Hour

// A forgetless store never forgets: not even what has expired. Its sessions must end
// all the same.
type forgetless struct {
	mu      sync.Mutex
	records map[session.Key]session.Record
	version uint64
}

func (f *forgetless) Load(_ context.Context, key session.Key) (session.Record, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	rec, ok := f.records[key]
	if !ok {
		return rec, session.ErrNotFound
	}
	return rec, nil
}

func (f *forgetless) put(key session.Key, rec session.Record) uint64 {
	f.version++
	rec.Version = f.version
	f.records[key] = rec
	return f.version
}

func (f *forgetless) Create(_ context.Context, key session.Key, rec session.Record) (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.records[key]; ok {
		return 0, session.ErrConflict
	}
	return f.put(key, rec), nil
}

func (f *forgetless) Update(_ context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch now, ok := f.records[key]; {
	case !ok:
		return 0, session.ErrNotFound
	case now.Version != old.Version:
		return 0, session.ErrConflict
	}
	return f.put(key, rec), nil
}

func (f *forgetless) Delete(_ context.Context, key session.Key) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.records, key)
	return nil
}

// inBubble runs f with a clock that it moves itself, by sleeping, on a memstore and on a
// store that never forgets.
func inBubble(t *testing.T, c session.Config, f func(*testing.T, *site)) {
	t.Helper()
	for _, store := range []string{"memstore", "forgetless store"} {
		t.Run(store, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := c
				if store != "memstore" {
					c.Store = &forgetless{records: map[session.Key]session.Record{}}
				}
				s := newSite(t, c)
				s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
					_, err := ss.Get("k")
					check(t, err)
				})
				f(t, s)
			})
		})
	}
}

// A visitor who comes again and again stays, whatever TouchEvery is.
func TestTouchEveryLongerThanTheIdleTimeout(t *testing.T) {
	inBubble(t, session.Config{TouchEvery: 20 * time.Minute}, func(t *testing.T, s *site) {
		s.do("/short", func(ss *session.Session) error { return ss.ExpireAfter(10 * time.Minute) })
		v := s.withValue("k", "v")
		v.get("/short")
		for range 10 {
			time.Sleep(4 * time.Minute)
			v.get("/")
		}
		ends(t, v, 10*time.Minute)
	})
}

// A time that no format can hold is as good as none.
func TestExpireAtTheFarFuture(t *testing.T) {
	for _, at := range []time.Time{time.Unix(1<<60, 0), time.Unix(1<<62, 0), time.Date(400_000_000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		s := newSite(t, session.Config{})
		v := s.withValue("k", "v")
		ss := s.open(v.token)
		check(t, ss.ExpireAt(at))
		check(t, ss.Save())
		equal(t, "value", value[string](t, s.open(v.token), "k"), "v")
	}
}

// ends checks that the visitor's session is there until d has passed, and not thereafter.
func ends(t *testing.T, v *visitor, d time.Duration) {
	t.Helper()
	time.Sleep(d - time.Second)
	equal(t, "live a second before its end", v.live(v.token), true)
	time.Sleep(time.Second)
	equal(t, "live at its end", v.live(v.token), false)
	v.get("/")
	equal(t, "live after a request", v.live(v.token), false)
}

func TestMB08_IdleTimeout(t *testing.T) {
	inBubble(t, session.Config{Limits: session.Limits{Idle: time.Hour}, TouchEvery: time.Minute}, func(t *testing.T, s *site) {
		v := s.withValue("k", "v")
		for range 10 {
			time.Sleep(50 * time.Minute)
			v.get("/") // keeps it going
		}
		equal(t, "live", s.live(v.token), true)
		ends(t, v, time.Hour)
	})
}

// No activity moves the absolute end: not requests, saves, rotations or touches.
func TestMB08_AbsoluteLifetimeNeverSlides(t *testing.T) {
	limits := session.Limits{Idle: 2 * time.Hour, Lifetime: day}
	inBubble(t, session.Config{Limits: limits, SaveEveryRequest: true}, func(t *testing.T, s *site) {
		s.do("/rotate", (*session.Session).Rotate)
		s.do("/set", func(ss *session.Session) error { return ss.Set("at", time.Now()) })
		s.do("/limits", func(ss *session.Session) error { return ss.SetLimits(limits) })
		v := s.withValue("k", "v")
		for i := range 23 {
			time.Sleep(time.Hour)
			v.get([]string{"/", "/set", "/rotate", "/limits"}[i%4])
		}
		ends(t, v, time.Hour)
	})
}

// A login is a new beginning, as NIST SP 800-63B-4 has it for reauthentication.
func TestMB08_LoginBeginsTheLifetimeAnew(t *testing.T) {
	inBubble(t, session.Config{Limits: session.Limits{Idle: session.NoIdle, Lifetime: day}}, func(t *testing.T, s *site) {
		s.do("/login", func(ss *session.Session) error { return ss.Login("alice") })
		v := s.withValue("k", "v")
		time.Sleep(20 * time.Hour)
		v.get("/login")
		ends(t, v, day)
	})
}

func TestMB08_Defaults(t *testing.T) {
	inBubble(t, session.Config{}, func(t *testing.T, s *site) { ends(t, s.withValue("k", "v"), day) })
	inBubble(t, session.Config{}, func(t *testing.T, s *site) {
		v := s.withValue("k", "v")
		for range 14*2 - 1 {
			time.Sleep(day / 2)
			v.get("/")
		}
		ends(t, v, day/2)
	})
}

func TestMB08_Presets(t *testing.T) {
	for _, c := range []struct {
		limits session.Limits
		idle   time.Duration
		life   time.Duration
	}{
		{session.AAL1, 30 * day, 30 * day},
		{session.AAL2, time.Hour, day},
		{session.AAL3, 15 * time.Minute, 12 * time.Hour},
	} {
		inBubble(t, session.Config{Limits: c.limits}, func(t *testing.T, s *site) { ends(t, s.loggedIn("alice"), c.idle) })
		inBubble(t, session.Config{Limits: c.limits, TouchEvery: time.Second}, func(t *testing.T, s *site) {
			v := s.loggedIn("alice")
			for range 99 {
				time.Sleep(c.life / 100)
				v.get("/")
			}
			ends(t, v, c.life/100)
		})
	}
}

// A session may have limits of its own; zero fields are the Manager's.
func TestMB08_LimitsOfOneSession(t *testing.T) {
	for _, c := range []struct {
		name         string
		manager, own session.Limits
		want         time.Duration // with no request between
	}{
		{"shorter idle", session.AAL2, session.Limits{Idle: time.Minute}, time.Minute},
		{"longer idle", session.AAL2, session.Limits{Idle: 5 * time.Hour}, 5 * time.Hour},
		{"no idle", session.AAL2, session.Limits{Idle: session.NoIdle}, day},
		{"shorter lifetime", session.AAL2, session.Limits{Lifetime: time.Minute}, time.Minute},
		{"longer lifetime", session.AAL2, session.Limits{Lifetime: 90 * day, Idle: session.NoIdle}, 90 * day},
		{"none of its own", session.AAL3, session.Limits{}, 15 * time.Minute},
		{"lifetime, where the Manager has no idle", session.AAL1, session.Limits{Lifetime: 60 * day}, 60 * day},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, session.Config{Limits: c.manager}, func(t *testing.T, s *site) {
				s.do("/limits", func(ss *session.Session) error { return ss.SetLimits(c.own) })
				v := s.withValue("k", "v")
				v.get("/limits")
				age, err := s.open(v.token).ExpiryAge()
				check(t, err)
				equal(t, "expiry age", age, c.want)
				ends(t, v, c.want)
			})
		})
	}
}

func TestLimitsThatMakeNoSense(t *testing.T) {
	for _, l := range []session.Limits{
		{Idle: time.Millisecond}, {Idle: -2}, {Idle: 401 * day}, {Lifetime: -1}, {Lifetime: time.Millisecond}, {Lifetime: 401 * day},
	} {
		if _, err := session.New(session.Config{Store: newSpyStore(), Limits: l}); err == nil {
			t.Errorf("New takes %+v", l)
		}
		s := newSite(t, session.Config{}).m.New(t.Context())
		if err := s.SetLimits(l); err == nil {
			t.Errorf("SetLimits takes %+v", l)
		}
	}
}

// Django's set_expiry in its four forms, and back.
func TestExpiry_FourForms(t *testing.T) {
	forms := map[string]func(*session.Session) error{
		"/after":   func(s *session.Session) error { return s.ExpireAfter(10 * time.Minute) },
		"/at":      func(s *session.Session) error { return s.ExpireAt(time.Now().Add(20 * time.Minute)) },
		"/close":   (*session.Session).ExpireAtBrowserClose,
		"/default": (*session.Session).ExpireDefault,
		"/both": func(s *session.Session) error {
			return firstErr(s.ExpireAt(time.Now().Add(20*time.Minute)), s.ExpireAfter(30*time.Minute), s.ExpireDefault())
		},
	}
	for path, want := range map[string]struct {
		after      time.Duration
		persistent bool
	}{
		"/after": {10 * time.Minute, true}, "/at": {20 * time.Minute, true},
		"/close": {time.Hour, false}, "/default": {time.Hour, false}, "/both": {time.Hour, false},
	} {
		inBubble(t, session.Config{Limits: session.Limits{Idle: time.Hour}}, func(t *testing.T, s *site) {
			s.do(path, forms[path])
			v := s.withValue("k", "v")
			v.get(path)
			ss := s.open(v.token)
			closes, err := ss.ExpiresAtBrowserClose()
			check(t, err)
			equal(t, path+" expires at browser close", closes, !want.persistent)
			date, err := ss.ExpiryDate()
			check(t, err)
			equal(t, path+" expiry date", date.UnixMilli(), time.Now().Add(want.after).UnixMilli())
			ends(t, v, want.after)
		})
	}
}

// ExpireAt is a fixed time; ExpireAfter runs from the last request.
func TestExpiry_AfterSlidesAndAtDoesNot(t *testing.T) {
	inBubble(t, session.Config{TouchEvery: time.Second}, func(t *testing.T, s *site) {
		s.do("/after", func(ss *session.Session) error { return ss.ExpireAfter(10 * time.Minute) })
		s.do("/at", func(ss *session.Session) error { return ss.ExpireAt(time.Now().Add(10 * time.Minute)) })
		sliding, fixed := s.withValue("k", "v"), s.withValue("k", "v")
		sliding.get("/after")
		fixed.get("/at")
		time.Sleep(8 * time.Minute)
		sliding.get("/")
		fixed.get("/")
		time.Sleep(2 * time.Minute)
		equal(t, "fixed", s.live(fixed.token), false)
		ends(t, sliding, 8*time.Minute)
	})
}

func TestExpiry_WrongValues(t *testing.T) {
	s := newSite(t, session.Config{}).m.New(t.Context())
	for what, err := range map[string]error{
		"after 0": s.ExpireAfter(0), "after less than a second": s.ExpireAfter(time.Millisecond), "after two years": s.ExpireAfter(731 * day),
		"at a time that has passed": s.ExpireAt(time.Now().Add(-time.Second)), "at no time": s.ExpireAt(time.Time{}),
	} {
		if err == nil {
			t.Errorf("expire %s is taken", what)
		}
	}
}

// "Remember me": the cookie outlives the browser, the session's limits stay.
func TestRememberMe(t *testing.T) {
	inBubble(t, session.Config{Limits: session.Limits{Idle: 3 * day, Lifetime: 30 * day}}, func(t *testing.T, s *site) {
		s.do("/remember", func(ss *session.Session) error { return firstErr(ss.Login("alice"), ss.SetPersistent(true)) })
		s.do("/forget", func(ss *session.Session) error { return ss.SetPersistent(false) })
		v := s.visitor()
		equal(t, "Max-Age", v.sessionCookies(v.get("/remember"))[0].MaxAge, 30*24*60*60)
		time.Sleep(day)
		if cookies := v.sessionCookies(v.get("/")); len(cookies) != 0 {
			t.Errorf("a read sends the cookie again: %v", cookies)
		}
		equal(t, "Max-Age of none", v.sessionCookies(v.get("/forget"))[0].MaxAge, 0)
		ends(t, v, 3*day)
	})
}

// 99 of 100 reads write nothing, whatever the timeout, and what the hundredth
// writes is no data.
func TestMB14_IdleTouchesAreThrottled(t *testing.T) {
	for idle, every := range map[time.Duration]time.Duration{
		20 * time.Minute: 2 * time.Minute, // a tenth
		day:              5 * time.Minute, // the most
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, session.Config{Limits: session.Limits{Idle: idle}})
			s.do("/", func(ss *session.Session) error { _, err := ss.Get("k"); return err })
			v := s.withValue("k", "v")
			s.store.calls()
			for range 100 {
				time.Sleep(every / 100)
				v.get("/")
			}
			equal(t, "touches", s.store.calls("touch"), 1)
			for range 100 {
				time.Sleep(every / 100)
				v.get("/")
			}
			equal(t, "other writes", s.store.calls("create", "update", "replace", "delete"), 0)
		})
	}
}

// A touch that fails costs the visitor nothing, and is reported.
func TestMB14_FailedTouchIsNoError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, session.Config{Limits: session.Limits{Idle: time.Hour}})
		s.do("/", func(ss *session.Session) error { _, err := ss.Get("k"); return err })
		v := s.withValue("k", "v")
		time.Sleep(30 * time.Minute)
		s.store.onCall(failOn("touch"))
		s.events.take()
		equal(t, "status", v.get("/").StatusCode, http.StatusOK)
		s.events.want(t, session.EventStoreError)
	})
}

// What a request changes that took longer than the session had left isn't saved: an expired
// session doesn't come back, though the store still has it.
func TestMB01_ExpiredWhileARequestWasUnderWay(t *testing.T) {
	for what, change := range map[string]func(*session.Session) error{
		"set":    func(ss *session.Session) error { return ss.Set("k", "late") },
		"rotate": (*session.Session).Rotate,
		"login":  func(ss *session.Session) error { return ss.Login("alice") },
		"touch":  func(*session.Session) error { return nil },
	} {
		t.Run(what, func(t *testing.T) {
			inBubble(t, session.Config{Limits: session.Limits{Idle: time.Hour}}, func(t *testing.T, s *site) {
				ss := s.open(s.withValue("k", "v").token)
				old := ss.Token().Reveal()
				time.Sleep(2 * time.Hour)
				check(t, change(ss))
				if err := ss.Save(); what != "touch" {
					wantErr(t, "save", err, session.ErrEnded)
				}
				equal(t, "old token is live", s.live(old), false)
				equal(t, "token is live", s.live(ss.Token().Reveal()), false)
			})
		})
	}
}

// A request that takes longer than the idle timeout may save all the same if others have
// kept the session going, and doesn't move its end back.
func TestMB08_SlowRequestOfALiveSession(t *testing.T) {
	for what, change := range map[string]func(*session.Session) error{
		"set": func(ss *session.Session) error { return ss.Set("k", "late") }, "touch": func(*session.Session) error { return nil },
	} {
		t.Run(what, func(t *testing.T) {
			inBubble(t, session.Config{Limits: session.Limits{Idle: time.Hour}}, func(t *testing.T, s *site) {
				v := s.withValue("k", "v")
				time.Sleep(30 * time.Minute)
				slow := s.open(v.token) // a touch is due
				for range 8 {
					time.Sleep(20 * time.Minute)
					v.get("/")
				}
				check(t, firstErr(change(slow), slow.Save()))
				ends(t, v, time.Hour)
			})
		})
	}
}

// R11 (fastify CVE-2024-35220): when a session ends is decided by its record; nothing that
// a client sends has a say.
func TestR11_ExpiryIsNotTheClients(t *testing.T) {
	inBubble(t, session.Config{Limits: session.Limits{Idle: time.Hour}}, func(t *testing.T, s *site) {
		v := s.withValue("k", "v")
		time.Sleep(time.Hour)
		v.send("GET", "/", "Date: Thu, 01 Jan 1970 00:00:00 GMT", "Max-Age: 100000", "Expires: Fri, 31 Dec 9999 23:59:59 GMT")
		equal(t, "live", s.live(v.token), false)
	})
}
