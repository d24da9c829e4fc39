package session_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// Each event is told of once, when it happens, with the session it is about.
func TestMB25_Events(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := eventSite(t)
		v := s.visitor()
		step := func(what string, do func(), kinds ...session.EventKind) {
			t.Helper()
			s.events.take()
			do()
			if got := s.events.kinds(); !slices.Equal(got, kinds) {
				t.Errorf("%s: events %q, want %q", what, got, kinds)
			}
		}
		get := func(v *visitor, path string) func() { return func() { v.get(path) } }
		step("nothing", get(v, "/none"))
		step("a read by a stranger", get(v, "/read"))
		step("a first value", get(v, "/set"), session.EventCreated)
		step("another", get(v, "/set"))
		old := &visitor{s, v.token}
		step("a rotation", get(v, "/rotate"), session.EventRotated)
		step("the old token in its grace", get(old, "/read"))
		time.Sleep(time.Minute)
		step("the old token after it", get(old, "/read"), session.EventReusedToken)
		step("a login", get(v, "/login"), session.EventLogin)
		step("another site's form", func() { v.send("POST", "/set", "Sec-Fetch-Site: cross-site") }, session.EventForbidden)
		step("a logout", get(v, "/logout"), session.EventEnded)
		step("a logout of nobody", get(v, "/logout"))
		step("junk", get(&visitor{s, "junk"}, "/read"), session.EventMalformedToken)
		ended := &visitor{s, old.token}
		time.Sleep(2 * time.Hour)
		step("a token that is forgotten", get(ended, "/read"), session.EventUnknownToken)
		step("a login of a stranger", get(v, "/login"), session.EventLogin)
		step("an end", func() { check(t, s.m.End(t.Context(), session.Token(v.token))) }, session.EventEnded)
	})
}

func eventSite(t *testing.T) *site {
	s := newSite(t, session.Config{})
	s.mux.HandleFunc("/none", func(http.ResponseWriter, *http.Request) {})
	s.do("/read", func(ss *session.Session) error { _, err := ss.Get("k"); return err })
	s.do("/set", func(ss *session.Session) error { return ss.Set("k", time.Now()) })
	s.do("/rotate", (*session.Session).Rotate)
	s.do("/login", func(ss *session.Session) error { return ss.Login("alice") })
	s.do("/logout", (*session.Session).Logout)
	return s
}

// "loaded" comes once a request, however often it reads.
func TestMB25_LoadedOnce(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
		for range 3 {
			_, err := ss.Items()
			check(t, err)
		}
	})
	v := s.loggedIn("alice")
	handle, err := s.open(v.token).Handle()
	check(t, err)
	s.events.take()
	v.get("/")
	events := s.events.take()
	if len(events) != 1 || events[0].Kind != session.EventLoaded || events[0].Handle != handle || events[0].Subject != "alice" {
		t.Errorf("events %+v", events)
	}
}

// An expired session is told from an unknown one as long as the store has it.
func TestMB25_Expired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, session.Config{Store: &forgetless{records: map[session.Key]session.Record{}}})
		s.do("/", func(ss *session.Session) error { _, err := ss.Get("k"); return err })
		v := s.loggedIn("alice")
		time.Sleep(25 * time.Hour)
		s.events.take()
		v.get("/")
		events := s.events.take()
		if len(events) != 1 || events[0].Kind != session.EventExpired || events[0].Subject != "alice" || events[0].Handle == (session.Handle{}) {
			t.Errorf("events %+v", events)
		}
	})
}

// How many were ended is told with one event.
func TestMB25_Count(t *testing.T) {
	s := newSite(t, session.Config{})
	for range 3 {
		s.loggedIn("alice")
	}
	s.events.take()
	_, err := s.m.EndAll(t.Context(), "alice")
	check(t, err)
	_, err = s.m.EndAll(t.Context(), "alice") // nothing left
	check(t, err)
	events := s.events.take()
	if len(events) != 1 || events[0].Count != 3 || events[0].Subject != "alice" {
		t.Errorf("events %+v", events)
	}
}

// The listener gets the request's context.
func TestMB25_ContextOfTheRequest(t *testing.T) {
	type traceKey struct{}
	var got any
	m := newManager(t, session.Config{Store: newSpyStore(), OnEvent: func(ctx context.Context, _ session.Event) { got = ctx.Value(traceKey{}) }})
	h := m.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { check(t, session.From(r).Set("k", "v")) }))
	ctx := context.WithValue(t.Context(), traceKey{}, "trace")
	serve(t, h, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	equal(t, "value in the context", got, any("trace"))
}

func TestMB25_Levels(t *testing.T) {
	for kind, want := range map[session.EventKind]slog.Level{
		session.EventLoaded: slog.LevelDebug, session.EventCreated: slog.LevelInfo, session.EventLogin: slog.LevelInfo,
		session.EventRotated: slog.LevelInfo, session.EventEnded: slog.LevelInfo, session.EventExpired: slog.LevelInfo,
		session.EventConflict: slog.LevelInfo, session.EventUnknownToken: slog.LevelInfo, session.EventMalformedToken: slog.LevelInfo,
		session.EventDuplicateCookie: slog.LevelWarn, session.EventReusedToken: slog.LevelWarn, session.EventBrokenRecord: slog.LevelWarn,
		session.EventForbidden: slog.LevelWarn, session.EventStoreError: slog.LevelError,
	} {
		equal(t, string(kind), session.Event{Kind: kind}.Level(), want)
	}
}

// The logger gets the events with the fields that are set.
func TestMB25_Logger(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, session.Config{Logger: slog.New(slog.NewJSONHandler(&log, nil))})
	handle, err := s.open(s.loggedIn("alice").token).Handle()
	check(t, err)
	_, err = s.m.EndAll(t.Context(), "alice")
	check(t, err)
	s.store.onCall(failOn("load"))
	_, err = s.m.Open(t.Context(), session.Token(s.withValue("k", "v").token))
	wantErr(t, "open", err, errDown)
	type line struct {
		Level, Msg string
		Event      map[string]any
	}
	var lines []line
	for d := json.NewDecoder(&log); d.More(); {
		var l line
		check(t, d.Decode(&l))
		lines = append(lines, l)
	}
	if len(lines) != 4 {
		t.Fatalf("%d lines: %v", len(lines), lines)
	}
	login, ended, down := lines[0], lines[1], lines[3]
	equal(t, "login", login.Event["handle"], any(handle.String()))
	equal(t, "login", login.Event["subject"], any("alice"))
	equal(t, "login", len(login.Event), 3)
	equal(t, "ended", ended.Event["count"], any(1.0))
	equal(t, "failure", down.Level, "ERROR")
	equal(t, "failure", down.Event["error"], any("session: load: session store failed: store is down"))
}
