package sealed_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
)

// TestNothingIsSealedUnbound: without the name of the cookie and the application a token would be
// good anywhere.
func TestNothingIsSealedUnbound(t *testing.T) {
	e, err := sealed.New(newRing(t), sealed.Options{})
	check(t, err)
	s := session.Snapshot{ID: e.NewID()}
	_, keepErr := e.Keep(t.Context(), &session.Snapshot{}, &s, 0)
	for what, err := range map[string]error{
		"keep": keepErr, "open": e.Open(t.Context(), "", &s), "reopen": e.Reopen(t.Context(), "", &s), "drop": e.Drop(t.Context(), &s),
	} {
		if err == nil || session.StatusCode(err) != 500 {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestOneEngineForTwoManagers: their settings must be the same.
func TestOneEngineForTwoManagers(t *testing.T) {
	e, err := sealed.New(newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})})
	check(t, err)
	same := session.Config{Engine: e, App: "shop"}
	a, err := session.New(same)
	check(t, err)
	b, err := session.New(same)
	check(t, err)
	token := site{t, a}.login("alice")
	if !(site{t, b}).live(token) {
		t.Error("a session of the one is unknown to the other")
	}
	for what, change := range map[string]func(*session.Config){
		"name":       func(c *session.Config) { c.Cookie.Name = "__Host-other" },
		"app":        func(c *session.Config) { c.App = "admin" },
		"touchEvery": func(c *session.Config) { c.TouchEvery = time.Second },
		"endReused":  func(c *session.Config) { c.EndReused = true },
	} {
		other := same
		change(&other)
		if _, err := session.New(other); err == nil {
			t.Errorf("another %s is taken", what)
		}
	}
}

// TestR16_ManagersOfOneRing: what they are called keeps their sessions apart.
func TestR16_ManagersOfOneRing(t *testing.T) {
	ring := newRing(t)
	shop := newSiteOf(t, session.Config{App: "shop"}, ring, sealed.Options{})
	token := shop.login("alice")
	for what, c := range map[string]session.Config{
		"app":    {App: "admin"},
		"cookie": {App: "shop", Cookie: session.Cookie{Name: "__Host-other"}},
	} {
		if newSiteOf(t, c, ring, sealed.Options{}).live(token) {
			t.Errorf("good with another %s", what)
		}
	}
	if !newSiteOf(t, session.Config{App: "shop"}, ring, sealed.Options{}).live(token) {
		t.Error("not good in another process")
	}
}

func TestEndReusedNeedsRecords(t *testing.T) {
	e, err := sealed.New(newRing(t), sealed.Options{Overflow: memstore.New(memstore.Options{})})
	check(t, err)
	if _, err := session.New(session.Config{Engine: e, EndReused: true}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}

// TestMB13_ReusedCookies: an old cookie that is used after its grace is told as such, and with EndReused
// ends the session.
func TestMB13_ReusedCookies(t *testing.T) {
	for _, end := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var told []session.EventKind
			c := session.Config{EndReused: end, OnEvent: func(_ context.Context, e session.Event) { told = append(told, e.Kind) }}
			s := newSiteOf(t, c, newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})})
			old := s.login("alice")
			ss := s.open(old)
			check(t, errors.Join(ss.Rotate(), ss.Save()))
			time.Sleep(time.Minute)
			if s.live(old) || !slices.Contains(told, session.EventReusedToken) {
				t.Errorf("the old cookie: live %v, told %v", s.live(old), told)
			}
			if live := s.live(ss.Token()); live == end {
				t.Errorf("EndReused %v: the new cookie is live: %v", end, live)
			}
		})
	}
}

// TestEventsTellForgedFromExpired: what isn't authentic is told as malformed, what has ended isn't.
func TestEventsTellForgedFromExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told session.EventKind
		c := session.Config{OnEvent: func(_ context.Context, e session.Event) { told = e.Kind }}
		s := newSiteOf(t, c, newRing(t), sealed.Options{Records: memstore.New(memstore.Options{})})
		ended, token := s.login("alice"), s.login("bob")
		check(t, s.End(t.Context(), ended))
		for _, step := range []struct {
			token session.Token
			after time.Duration
			want  session.EventKind
		}{
			{"x" + token, 0, session.EventMalformedToken},
			{token[:len(token)-4], 0, session.EventMalformedToken},
			{ended, 0, session.EventUnknownToken},
			{token, 0, session.EventLoaded},
			{token, 30 * 24 * time.Hour, session.EventUnknownToken}, // its record is gone
		} {
			time.Sleep(step.after)
			if told = ""; s.live(step.token) != (step.want == session.EventLoaded) || told != step.want {
				t.Errorf("told %s, want %s", told, step.want)
			}
		}
	})
}
