package session_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// Your devices: listed, one ended, the others, all; each takes effect on the next request.
func TestMB15_ListAndEnd(t *testing.T) {
	s := loginSite(t, session.Config{})
	var devices []*visitor
	for range 5 {
		devices = append(devices, s.loggedIn("alice"))
	}
	bob := s.loggedIn("bob")
	equal(t, "alice's sessions", s.sessions("alice"), 5)

	handle, err := s.open(devices[0].token).Handle()
	check(t, err)
	s.events.take()
	found, err := s.m.EndSession(t.Context(), "bob", handle)
	if found || err != nil {
		t.Errorf("bob ends alice's session: %v, %v", found, err)
	}
	found, err = s.m.EndSession(t.Context(), "alice", handle)
	if !found || err != nil {
		t.Errorf("EndSession: %v, %v", found, err)
	}
	s.events.want(t, session.EventEnded)
	equal(t, "who the ended device is", devices[0].get("/who").body, "")

	n, err := s.open(devices[1].token).EndOthers()
	check(t, err)
	equal(t, "others ended", n, 3)
	equal(t, "who this device is", devices[1].get("/who").body, "alice")
	for _, other := range devices[2:] {
		equal(t, "who the others are", other.get("/who").body, "")
	}

	n, err = s.m.EndAll(t.Context(), "alice")
	check(t, err)
	equal(t, "all ended", n, 1)
	equal(t, "who this device is", devices[1].get("/who").body, "")
	equal(t, "who bob is", bob.get("/who").body, "bob")
}

func TestMB15_WhatAListTells(t *testing.T) {
	inBubble := func(t *testing.T) {
		s := loginSite(t, session.Config{Limits: session.Limits{Idle: time.Hour, Lifetime: day}})
		began := time.Now()
		v := s.visitor()
		v.send("POST", "/login", "X-User: alice", "User-Agent: Test/1.0")
		time.Sleep(30 * time.Minute)
		v.get("/who")
		s.loggedIn("alice") // by a job: no address, seen just now
		infos, err := s.m.Sessions(t.Context(), "alice")
		check(t, err)
		if len(infos) != 2 {
			t.Fatalf("%d sessions", len(infos))
		}
		slices.SortFunc(infos, func(a, b session.Info) int { return a.Created.Compare(b.Created) })
		i := infos[0]
		equal(t, "address", i.Address, "192.0.2.1")
		equal(t, "user agent", i.UserAgent, "Test/1.0")
		equal(t, "subject", i.Subject, "alice")
		equal(t, "created", i.Created.UnixMilli(), began.UnixMilli())
		equal(t, "last seen", i.LastSeen.UnixMilli(), time.Now().UnixMilli())
		equal(t, "expires", i.Expires.UnixMilli(), time.Now().Add(time.Hour).UnixMilli())
		equal(t, "address of a job", infos[1].Address, "")
	}
	synctest.Test(t, inBubble)
}

func TestMB15_LastSeenFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := loginSite(t, session.Config{TouchEvery: time.Second})
		first, second := s.loggedIn("alice"), s.loggedIn("alice")
		for _, v := range []*visitor{first, second, first} {
			time.Sleep(time.Minute)
			v.get("/who")
			infos, err := s.m.Sessions(t.Context(), "alice")
			check(t, err)
			handle, err := s.open(v.token).Handle()
			check(t, err)
			equal(t, "first in the list", infos[0].Handle, handle)
		}
	})
}

// After a password change nothing but this session is left (Contao CVE-2019-10641 and
// others).
func TestR23_PasswordChangeEndsTheOtherSessions(t *testing.T) {
	s := newSite(t, session.Config{})
	s.do("/password", func(ss *session.Session) error {
		_, err := ss.EndOthers()
		return firstErr(err, ss.Login("alice"))
	})
	v, thief := s.loggedIn("alice"), s.loggedIn("alice")
	copied := v.token
	v.get("/password")
	equal(t, "another session is live", s.live(thief.token), false)
	equal(t, "a copy of this token is live", s.live(copied), false)
	equal(t, "this session is live", s.live(v.token), true)
	equal(t, "sessions", s.sessions("alice"), 1)
}

func TestEndOthers_NeedsALogin(t *testing.T) {
	s := newSite(t, session.Config{})
	if _, err := s.open(s.withValue("k", "v").token).EndOthers(); err == nil {
		t.Error("nobody's other sessions were ended")
	}
	// A login that isn't saved yet counts.
	other, ss := s.loggedIn("alice"), s.m.New(t.Context())
	check(t, ss.Login("alice"))
	n, err := ss.EndOthers()
	check(t, err)
	equal(t, "ended", n, 1)
	check(t, ss.Save())
	equal(t, "other is live", s.live(other.token), false)
	equal(t, "sessions", s.sessions("alice"), 1)
}

// All of nobody's sessions are nobody's to end.
func TestEndAll_NeedsASubject(t *testing.T) {
	s := newSite(t, session.Config{})
	v := s.withValue("k", "v")
	if _, err := s.m.EndAll(t.Context(), ""); err == nil {
		t.Error("ended")
	}
	equal(t, "live", s.live(v.token), true)
}

// A store that can't find by subject says so at once.
func TestMB15_StoresWithoutSubjects(t *testing.T) {
	bare := &forgetless{records: map[session.Key]session.Record{}}
	if _, err := session.New(session.Config{Store: bare, MaxPerSubject: 1}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("New with a limit: %v", err)
	}
	m := newManager(t, session.Config{Store: bare})
	_, err := m.Sessions(t.Context(), "alice")
	wantErr(t, "Sessions", err, errors.ErrUnsupported)
	_, err = m.EndAll(t.Context(), "alice")
	wantErr(t, "EndAll", err, errors.ErrUnsupported)
	_, err = m.EndSession(t.Context(), "alice", session.Handle{})
	wantErr(t, "EndSession", err, errors.ErrUnsupported)
	_, _, err = m.List(t.Context(), "", 10)
	wantErr(t, "List", err, errors.ErrUnsupported)
}

// A momentary store does one call at a time, so that a listing is of one moment.
type momentary struct {
	*memstore.Store
	mu sync.Mutex
}

func (s *momentary) Create(ctx context.Context, key session.Key, rec session.Record) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Store.Create(ctx, key, rec)
}

func (s *momentary) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Store.Update(ctx, key, old, rec)
}

func (s *momentary) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Store.Replace(ctx, key, old, rec, newKey, newRec)
}

func (s *momentary) Delete(ctx context.Context, key session.Key) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Store.Delete(ctx, key)
}

func (s *momentary) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Store.BySubject(ctx, subject)
}

// sample lists alice's sessions over and over until done, and fails if there are
// ever more than limit.
func sample(t *testing.T, store *momentary, limit int, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
		}
		entries, err := store.BySubject(context.Background(), "alice")
		check(t, err)
		if len(entries) > limit {
			t.Errorf("%d sessions at a time, at most %d are allowed", len(entries), limit)
			return
		}
	}
}

// The limit of sessions holds at every moment, however many log in at once, in
// two Managers over one store.
func TestMB15_LimitIsExactUnderParallelLogins(t *testing.T) {
	for name, policy := range map[string]session.LimitPolicy{"EndOldest": session.EndOldest, "RefuseNew": session.RefuseNew} {
		for _, limit := range []int{1, 3} {
			t.Run(name, func(t *testing.T) { parallelLogins(t, policy, limit) })
		}
	}
}

func parallelLogins(t *testing.T, policy session.LimitPolicy, limit int) {
	const logins = 100
	store := &momentary{Store: memstore.New(memstore.Options{})}
	c := session.Config{Store: store, MaxPerSubject: limit, AtLimit: policy, SaveTimeout: 30 * time.Second}
	sites := []*site{newSite(t, c), newSite(t, c)}
	done, sampled := make(chan struct{}), make(chan struct{})
	go func() { sample(t, store, limit, done); close(sampled) }()
	var wg sync.WaitGroup
	errs := make([]error, logins)
	for i := range logins {
		wg.Go(func() { errs[i] = sites[i%2].m.New(t.Context()).Login("alice") })
	}
	wg.Wait()
	close(done)
	<-sampled
	succeeded := 0
	for _, err := range errs {
		if err == nil {
			succeeded++
		} else if policy == session.EndOldest || !errors.Is(err, session.ErrLimit) {
			t.Errorf("login: %v", err)
		}
	}
	equal(t, "sessions", sites[0].sessions("alice"), limit)
	if policy == session.RefuseNew && succeeded != limit {
		t.Errorf("%d logins succeeded, want %d", succeeded, limit)
	}
}

// Who is the oldest is told by the time of login.
func TestMB15_EndOldestEndsTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, session.Config{MaxPerSubject: 2})
		var devices []*visitor
		for range 5 {
			devices = append(devices, s.loggedIn("alice"))
			time.Sleep(time.Second)
		}
		for i, v := range devices {
			equal(t, "live", s.live(v.token), i >= 3)
		}
	})
}

// A login that is refused leaves everything as it was, and a place is free again after a
// logout or an expiry. Who is logged in already may log in again.
func TestMB15_RefuseNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := loginSite(t, session.Config{MaxPerSubject: 1, AtLimit: session.RefuseNew, Limits: session.Limits{Idle: time.Hour}})
		s.on("/try", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
			err := ss.Login("alice")
			wantErr(t, "login", err, session.ErrLimit)
			w.WriteHeader(session.StatusCode(err))
		})
		v := s.loggedIn("alice")
		refused := s.withValue("k", "v")
		before := refused.token
		equal(t, "status", refused.get("/try").StatusCode, http.StatusTooManyRequests)
		equal(t, "token", refused.token, before)
		equal(t, "value", value[string](t, s.open(before), "k"), "v")
		v.login("alice")
		equal(t, "who it is", v.get("/who").body, "alice")
		v.get("/logout")
		next := s.loggedIn("alice")
		time.Sleep(time.Hour)
		equal(t, "live", s.live(next.token), false)
		s.loggedIn("alice")
	})
}

// A login whose save fails gives its place back.
func TestMB15_FailedLoginFreesItsPlace(t *testing.T) {
	s := newSite(t, session.Config{MaxPerSubject: 1, AtLimit: session.RefuseNew})
	creates := 0
	s.store.onCall(func(call string, _ session.Key) error {
		if call == "create" {
			if creates++; creates == 2 { // the first is of the gate
				return errDown
			}
		}
		return nil
	})
	wantErr(t, "login", s.m.New(t.Context()).Login("alice"), session.ErrUnavailable)
	check(t, s.m.New(t.Context()).Login("alice"))
}

// A login that is saved but can't give its place back is a login all the same, and takes no
// second place: its session is counted once.
func TestMB15_PlaceThatWasNotGivenBack(t *testing.T) {
	s := newSite(t, session.Config{MaxPerSubject: 2, AtLimit: session.RefuseNew})
	s.store.onCall(failOn("update")) // of the gate, after the session was created
	check(t, s.m.New(t.Context()).Login("alice"))
	s.events.want(t, session.EventLogin, session.EventStoreError)
	s.store.onCall(nil)
	equal(t, "sessions", s.sessions("alice"), 1)
	check(t, s.m.New(t.Context()).Login("alice"))
	wantErr(t, "third login", s.m.New(t.Context()).Login("alice"), session.ErrLimit)
}

func TestMB15_ListOfAll(t *testing.T) {
	s := newSite(t, session.Config{})
	want := map[session.Handle]bool{}
	for i := range 25 {
		v := s.loggedIn([]string{"alice", "bob"}[i%2])
		h, err := s.open(v.token).Handle()
		check(t, err)
		want[h] = true
	}
	for cursor, more := "", true; more; more = cursor != "" {
		page, next, err := s.m.List(t.Context(), cursor, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, info := range page {
			if !want[info.Handle] {
				t.Errorf("%v is listed twice, or was never made", info.Handle)
			}
			delete(want, info.Handle)
		}
		cursor = next
	}
	equal(t, "missing", len(want), 0)
}
