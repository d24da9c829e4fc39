package session_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// together runs the handlers at once in requests of one session, all of them loaded before
// any saves.
func together(t *testing.T, s *site, token string, work ...func(*session.Session) error) (replies []reply) {
	t.Helper()
	var loaded, done sync.WaitGroup
	loaded.Add(len(work))
	replies = make([]reply, len(work))
	for i, f := range work {
		h := s.m.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			ss := session.From(r)
			_, err := ss.Len()
			check(t, err)
			loaded.Done()
			loaded.Wait()
			check(t, f(ss))
		}))
		v := &visitor{&site{t: t, m: s.m, Handler: h}, token}
		done.Go(func() { replies[i] = v.raw("GET", "/") })
	}
	done.Wait()
	return replies
}

// Requests of one session that overlap lose nothing of each other.
func TestMB12_NoUpdateIsLost(t *testing.T) {
	s := newSite(t, session.Config{})
	incr := func(ss *session.Session) error {
		return session.Update(ss, "n", func(n *int) error { *n++; return nil })
	}
	for range 20 {
		v := s.withValue("gone", true)
		replies := together(t, s, v.token,
			func(ss *session.Session) error { return ss.Set("a", 1) },
			func(ss *session.Session) error { return ss.SetAll(map[string]any{"b": 2, "c": 3}) },
			func(ss *session.Session) error { return ss.Delete("gone") },
			func(ss *session.Session) error { _, err := session.SetDefault(ss, "d", 4); return err },
			func(ss *session.Session) error { return ss.AddFlash(session.Flash{Message: "one"}) },
			func(ss *session.Session) error { return ss.AddFlash(session.Flash{Message: "two"}) },
			func(ss *session.Session) error { return ss.SetPersistent(true) },
			incr, incr, incr, incr,
		)
		for _, res := range replies {
			equal(t, "status", res.StatusCode, http.StatusOK)
		}
		ss := s.open(v.token)
		flashes, err := ss.Flashes()
		check(t, err)
		equal(t, "flashes", len(flashes), 2)
		items, err := ss.Items()
		check(t, err)
		equal(t, "items", fmt.Sprint(items), "map[a:1 b:2 c:3 d:4 n:4]")
	}
}

// A thousand increments at once give a thousand.
func TestMB12_ThousandIncrements(t *testing.T) {
	s := newSite(t, session.Config{SaveTimeout: time.Minute})
	s.do("/", func(ss *session.Session) error {
		return session.Update(ss, "n", func(n *int) error { *n++; return nil })
	})
	v := s.withValue("n", 0)
	var wg sync.WaitGroup
	for range 1000 {
		wg.Go(func() { equal(t, "status", v.raw("GET", "/").StatusCode, http.StatusOK) })
	}
	wg.Wait()
	equal(t, "n", value[int](t, s.open(v.token), "n"), 1000)
}

var errTooMany = errors.New("only one is allowed")

// A function that refuses what another request has left fails its request; nothing of that
// request's changes is saved, neither then nor later.
func TestMB12_FunctionThatRefusesOnConflict(t *testing.T) {
	s := newSite(t, session.Config{})
	one := func(n *int) error {
		if *n == 1 {
			return errTooMany
		}
		*n = 1
		return nil
	}
	v := s.withValue("k", "v")
	s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
		check(t, ss.Set("mine", true))
		check(t, session.Update(ss, "n", one))
		other := s.open(v.token)
		check(t, firstErr(other.Set("n", 1), other.Save()))
		err := ss.Save()
		wantErr(t, "save", err, errTooMany)
		wantErr(t, "save", err, session.ErrConflict)
	})
	equal(t, "status", v.get("/").StatusCode, http.StatusConflict)
	items, err := s.open(v.token).Items()
	check(t, err)
	equal(t, "items", fmt.Sprint(items), "map[k:v n:1]")
}

// After such a refusal a handler that goes on can begin anew.
func TestMB12_ReloadAfterARefusal(t *testing.T) {
	s := newSite(t, session.Config{})
	v := s.withValue("n", 1)
	first, second := s.open(v.token), s.open(v.token)
	toTwo := func(n *int) error {
		if *n == 2 {
			return errTooMany
		}
		*n++
		return nil
	}
	check(t, firstErr(session.Update(first, "n", toTwo), session.Update(second, "n", toTwo), first.Save()))
	wantErr(t, "save", second.Save(), errTooMany)
	check(t, second.Reload())
	equal(t, "n", value[int](t, second, "n"), 2)
	check(t, firstErr(second.Set("k", "v"), second.Save()))
	equal(t, "k", value[string](t, s.open(v.token), "k"), "v")
}

// The events tell of every conflict.
func TestMB12_ConflictsAreReported(t *testing.T) {
	s := newSite(t, session.Config{})
	v := s.withValue("k", "v")
	first, second := s.open(v.token), s.open(v.token)
	check(t, firstErr(first.Set("a", 1), second.Set("b", 2), first.Save()))
	s.events.take()
	check(t, second.Save())
	s.events.want(t, session.EventConflict)
}

// Symfony CVE-2018-11386: no lock is held while a handler runs. While a thousand
// handlers of one session dawdle, other requests of it go their way.
func TestR28_SlowHandlersBlockNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, session.Config{Limits: session.Limits{Idle: session.NoIdle}})
		s.on("/slow", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
			check(t, session.Update(ss, "n", func(n *int) error { *n++; return nil }))
			time.Sleep(time.Hour)
		})
		s.do("/fast", func(ss *session.Session) error { return ss.Set("fast", time.Now()) })
		s.do("/login", func(ss *session.Session) error { return ss.Login("alice") })
		v := s.withValue("k", "v")
		for range 1000 {
			go v.raw("GET", "/slow")
		}
		synctest.Wait() // all of them sleep
		began := time.Now()
		for range 10 {
			equal(t, "status", v.get("/fast").StatusCode, http.StatusOK)
		}
		equal(t, "time waited", time.Since(began), 0)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		equal(t, "n", value[int](t, s.open(v.token), "n"), 1000)
	})
}

// A Session is safe for concurrent use: goroutines of one handler share it.
func TestSessionIsSafeForConcurrentUse(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				check(t, ss.Set(fmt.Sprint("k", i), i))
				check(t, session.Update(ss, "n", func(n *int) error { *n++; return nil }))
				_, err := ss.Items()
				check(t, err)
				check(t, ss.Save())
			})
		}
		wg.Wait()
	})
	v := s.visitor()
	v.get("/")
	ss := s.open(v.token)
	equal(t, "n", value[int](t, ss, "n"), 50)
	n, err := ss.Len()
	check(t, err)
	equal(t, "keys", n, 51)
}
