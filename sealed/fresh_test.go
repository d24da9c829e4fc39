package sealed_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
)

// TestR12_ACopyDiesWithTheSession ends a session in all ways; a saved copy of its
// cookie is refused in every process.
func TestR12_ACopyDiesWithTheSession(t *testing.T) {
	for name, end := range map[string]func(s site, token session.Token) error{
		"logout": func(s site, token session.Token) error {
			ss := s.open(token)
			return errors.Join(ss.Logout(), ss.Save())
		},
		"End": func(s site, token session.Token) error { return s.End(s.t.Context(), token) },
		"EndAll": func(s site, _ session.Token) error {
			_, err := s.EndAll(s.t.Context(), "alice")
			return err
		},
		"EndOthers": func(s site, _ session.Token) error {
			other := s.open(s.login("alice"))
			_, err := other.EndOthers()
			return err
		},
		"EndSession": func(s site, token session.Token) error {
			h, err := s.open(token).Handle()
			found, endErr := s.EndSession(s.t.Context(), "alice", h)
			if !found {
				s.t.Error("not found by its handle")
			}
			return errors.Join(err, endErr)
		},
		"login anew": func(s site, token session.Token) error {
			ss := s.open(token)
			return errors.Join(ss.Login("alice"), ss.Save())
		},
		"limit": func(s site, _ session.Token) error { s.login("alice"); s.login("alice"); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { copiesDie(t, end) })
		})
	}
}

func copiesDie(t *testing.T, end func(s site, token session.Token) error) {
	ring, o := newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})}
	c := session.Config{MaxPerSubject: 2}
	s, elsewhere := newSiteOf(t, c, ring, o), newSiteOf(t, c, ring, o)
	first := s.login("alice")
	copied := s.set(first, "cart", "tea")
	time.Sleep(time.Second) // so that it is the oldest
	check(t, end(s, copied))
	for what, token := range map[string]session.Token{"copy": copied, "older copy": first} {
		if s.live(token) || elsewhere.live(token) {
			t.Errorf("%s: live here %v, elsewhere %v", what, s.live(token), elsewhere.live(token))
		}
	}
}

// TestR12_WithoutRecordsNothingIsPromised shows what the documentation says: a copy stays good, and
// what would need records says so.
func TestR12_WithoutRecordsNothingIsPromised(t *testing.T) {
	s := newSite(t, newRing(t), sealed.Options{})
	copied := s.login("alice")
	ss := s.open(copied)
	check(t, errors.Join(ss.Logout(), ss.Save()))
	if ss.Token() != "" || !s.live(copied) {
		t.Errorf("after logout: %q, copy live %v", ss.Token().Reveal(), s.live(copied))
	}
	_, endErr := s.EndAll(t.Context(), "alice")
	_, listErr := s.Sessions(t.Context(), "alice")
	_, othersErr := s.open(copied).EndOthers()
	oneErr := s.End(t.Context(), copied)
	for _, err := range []error{endErr, listErr, othersErr, oneErr} {
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%v", err)
		}
	}
	e, err := sealed.New(newRing(t), sealed.Options{})
	check(t, err)
	if _, err := session.New(session.Config{Engine: e, MaxPerSubject: 1}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a limit without records: %v", err)
	}
}

func TestRecordsDecideWhoIsLoggedIn(t *testing.T) {
	s := newSite(t, newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})})
	token := s.set(s.login("alice"), "cart", "tea")
	ss := s.open(token)
	wantSubject(t, ss, "alice")
	wantValue(t, ss, "cart", "tea")
	infos, err := s.Sessions(t.Context(), "alice")
	if err != nil || len(infos) != 1 {
		t.Errorf("%d sessions (%v)", len(infos), err)
	}
}

// TestRecordsHoldNoValues looks into the store, and counts its calls.
func TestRecordsHoldNoValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newCountingStore()
		s := newSite(t, newRing(t), sealed.Options{Records: store})
		token := s.login("alice")
		store.wantCalls(t, "login", 1, 0)
		token = s.set(token, "cart", "tea")
		store.wantCalls(t, "a value", 0, 0)
		page, _, err := session.List(t.Context(), store, "", 10)
		check(t, err)
		if len(page) != 1 || len(page[0].Record.Data) > 100 {
			t.Errorf("%d records, the first of %d bytes", len(page), len(page[0].Record.Data))
		}
		ss := s.open(token)
		check(t, errors.Join(ss.SetLimits(session.Limits{Lifetime: time.Hour, Idle: 10 * time.Minute}), ss.Save()))
		store.wantCalls(t, "limits", 1, 0)
		wantValue(t, s.open(ss.Token()), "cart", "tea")
	})
}

// TestRecordsAreTouchedInTime keeps a session alive by changes of its values alone.
func TestRecordsAreTouchedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newCountingStore()
		limits := session.Limits{Lifetime: 24 * time.Hour, Idle: 30 * time.Minute}
		s := newSiteOf(t, session.Config{Limits: limits}, newRing(t), sealed.Options{Records: store})
		token := s.login("alice")
		store.wantCalls(t, "login", 1, 0)
		for range 20 { // 40 minutes, longer than the idle timeout
			time.Sleep(2 * time.Minute)
			token = s.set(token, "cart", "tea")
		}
		store.wantCalls(t, "20 changes", 0, 10) // each 3 minutes or more
		ss := s.open(token)
		for range 20 { // in one long request as well
			time.Sleep(2 * time.Minute)
			check(t, errors.Join(ss.Set("cart", "coffee"), ss.Save()))
		}
		store.wantCalls(t, "20 changes in one request", 0, 10)
		wantValue(t, s.open(ss.Token()), "cart", "coffee")
		time.Sleep(31 * time.Minute)
		if s.live(ss.Token()) {
			t.Error("the idle timeout doesn't hold")
		}
	})
}

// TestRecordsAreTouchedInTimeThoughTouchEveryIsLong: who comes again and again stays.
func TestRecordsAreTouchedInTimeThoughTouchEveryIsLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := session.Limits{Lifetime: 24 * time.Hour, Idle: 10 * time.Minute}
		c := session.Config{Limits: limits, TouchEvery: 20 * time.Minute}
		s := newSiteOf(t, c, newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})})
		token := s.login("alice")
		for range 10 {
			time.Sleep(4 * time.Minute)
			token = s.set(token, "cart", "tea")
		}
		wantSubject(t, s.open(token), "alice")
	})
}

// TestR1_NothingIsSealedForAnEndedSession: a request under way at the time of the logout,
// login or rotation gets no cookie.
func TestR1_NothingIsSealedForAnEndedSession(t *testing.T) {
	for name, other := range map[string]func(*session.Session) error{
		"logout":   (*session.Session).Logout,
		"login":    func(ss *session.Session) error { return ss.Login("alice") },
		"rotation": (*session.Session).Rotate,
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})})
			token := s.login("alice")
			slow, quick := s.open(token), s.open(token)
			check(t, slow.Set("late", "x"))
			check(t, errors.Join(other(quick), quick.Save()))
			if err := slow.Save(); !errors.Is(err, session.ErrEnded) || slow.Token() != token {
				t.Errorf("%v, token changed %v", err, slow.Token() != token)
			}
			if name != "logout" {
				wantSubject(t, s.open(quick.Token()), "alice")
			}
		})
	}
}

func TestMB13_LateRequestsReadAndDontChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})})
		old := s.set(s.login("alice"), "cart", "tea")
		ss := s.open(old)
		check(t, errors.Join(ss.Rotate(), ss.Save()))
		late := s.open(old)
		wantValue(t, late, "cart", "tea")
		if err := late.Set("cart", "coffee"); !errors.Is(err, session.ErrConflict) {
			t.Errorf("a change with an old cookie: %v", err)
		}
		time.Sleep(time.Minute)
		if s.live(old) || !s.live(ss.Token()) {
			t.Errorf("after the grace: old %v, new %v", s.live(old), s.live(ss.Token()))
		}
	})
}

// TestOverlappingChangesOfRecords: both changes are made, though the second to save finds
// another record than it read.
func TestOverlappingChangesOfRecords(t *testing.T) {
	s := newSite(t, newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})})
	token := s.login("alice")
	a, b := s.open(token), s.open(token)
	check(t, errors.Join(a.SetLimits(session.Limits{Lifetime: time.Hour}), b.SetPersistent(true), b.Set("cart", "tea")))
	check(t, a.Save())
	check(t, b.Save())
	ss := s.open(b.Token())
	wantValue(t, ss, "cart", "tea")
	if expires, err := ss.ExpiryDate(); err != nil || time.Until(expires) > time.Hour {
		t.Errorf("expires in %v (%v)", time.Until(expires), err)
	}
}

// TestMB12_LastCookieWins is what the package says of values that overlapping requests change.
func TestMB12_LastCookieWins(t *testing.T) {
	s := newSite(t, newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})})
	token := s.login("alice")
	a, b := s.open(token), s.open(token)
	check(t, errors.Join(a.Set("a", "1"), a.Save(), b.Set("b", "2"), b.Save()))
	ss := s.open(b.Token())
	wantValue(t, ss, "b", "2")
	if has, err := ss.Has("a"); has || err != nil {
		t.Errorf("has a: %v (%v)", has, err)
	}
}

// TestMB08_SealedSessionsEnd: idle timeout and lifetime hold, with records and without, though the
// visitor keeps the cookie.
func TestMB08_SealedSessionsEnd(t *testing.T) {
	limits := session.Limits{Lifetime: time.Hour, Idle: 10 * time.Minute}
	for name, records := range map[string]bool{"alone": false, "records": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := sealed.Options{}
				if records {
					o.Records = memstore.New(memstore.Options{})
				}
				s := newSiteOf(t, session.Config{Limits: limits}, newRing(t), o)
				idle, used := s.login("alice"), s.login("bob")
				for range 6 {
					time.Sleep(9 * time.Minute)
					used = s.set(used, "cart", "tea")
				}
				if s.live(idle) || !s.live(used) {
					t.Errorf("after 54 minutes: idle %v, used %v", s.live(idle), s.live(used))
				}
				time.Sleep(7 * time.Minute)
				if s.live(used) {
					t.Error("it outlives its lifetime")
				}
			})
		})
	}
}

// TestMB14_ReadersOfCookiesWriteSeldom: reading makes no write, and a new cookie only when it is time
// to note that the visitor was seen.
func TestMB14_ReadersOfCookiesWriteSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newCountingStore()
		s := newSite(t, newRing(t), sealed.Options{Records: store})
		token := s.login("alice")
		store.wantCalls(t, "login", 1, 0)
		read := func(_ http.ResponseWriter, ss *session.Session) { wantSubject(t, ss, "alice") }
		for minute := range 10 {
			time.Sleep(time.Minute)
			set, _ := s.request(token, read)
			if due := minute == 4 || minute == 9; (set != "") != due {
				t.Errorf("minute %d: cookie %v", minute+1, set != "")
			}
			if set != "" {
				token = set
			}
		}
		store.wantCalls(t, "ten minutes of reading", 0, 2)
	})
}

// TestMB15_ListsShowWhatCookiesDoNotHold: address and browser are in the record, whatever happens to the
// session, and never in the cookie.
func TestMB15_ListsShowWhatCookiesDoNotHold(t *testing.T) {
	s := newSite(t, newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})})
	var sizes []int
	for _, agent := range []string{"", strings.Repeat("Mozilla/5.0 ", 20)} {
		r := httptest.NewRequest("POST", "https://shop.test/", nil)
		r.Header.Set("User-Agent", agent)
		var ss *session.Session
		s.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			ss = session.From(r)
			check(t, ss.Login("alice"))
		})).ServeHTTP(httptest.NewRecorder(), r)
		sizes = append(sizes, len(ss.Token()))
		token := s.set(ss.Token(), "cart", "tea")
		ss = s.open(token)
		check(t, errors.Join(ss.Rotate(), ss.SetPersistent(true), ss.Save()))
		infos, err := s.Sessions(t.Context(), "alice")
		check(t, err)
		if !slices.ContainsFunc(infos, func(i session.Info) bool { return i.Address == "192.0.2.1" && i.UserAgent == agent }) {
			t.Errorf("no session of %q at its address in %+v", agent, infos)
		}
	}
	if sizes[0] != sizes[1] {
		t.Errorf("a long user agent makes the token %d bytes long, not %d", sizes[1], sizes[0])
	}
}
