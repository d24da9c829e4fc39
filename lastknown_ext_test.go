package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
)

// A rememberingStore shows records as it last saw them while the store below fails, to
// those who want that.
type rememberingStore struct {
	*spyStore
	mu   sync.Mutex
	seen map[session.Key]session.Record
}

func (s *rememberingStore) Load(ctx context.Context, key session.Key) (session.Record, error) {
	rec, err := s.spyStore.Load(ctx, key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.seen[key] = rec
	} else if old, ok := s.seen[key]; ok && session.WantsLastKnown(ctx) && !errors.Is(err, session.ErrNotFound) {
		return old, fmt.Errorf("load: %w: %w", session.ErrLastKnown, err)
	}
	return rec, err
}

func TestServeLastKnown(t *testing.T) {
	store := &rememberingStore{spyStore: newSpyStore(), seen: map[session.Key]session.Record{}}
	s := newSite(t, session.Config{Store: store, SaveEveryRequest: true})
	var stale bool
	var changed error
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ss := session.From(r)
		name, err := session.Get[string](ss, "name")
		if err != nil {
			return
		}
		stale, err = ss.LastKnown()
		check(t, err)
		changed = nil
		if r.URL.Query().Has("change") {
			changed = ss.Set("name", "new")
		}
		if r.URL.Query().Has("logout") {
			changed = ss.Logout()
		}
		_, _ = fmt.Fprint(w, "hello ", name)
	})
	s.mux.Handle("/careful", read)
	s.mux.Handle("/lenient", s.m.ServeLastKnown(read))
	v := s.withValue("name", "alice")

	equal(t, "store up", v.get("/lenient").body, "hello alice")
	equal(t, "stale", stale, false)
	store.onCall(func(string, session.Key) error { return errDown })
	s.events.take()
	equal(t, "careful route", v.get("/careful").StatusCode, http.StatusServiceUnavailable)
	s.events.want(t, session.EventStoreError)
	res := v.get("/lenient")
	equal(t, "lenient route", res.body, "hello alice")
	equal(t, "Cache-Control", res.Header.Get("Cache-Control"), "no-store")
	equal(t, "stale", stale, true)
	s.events.want(t, session.EventStoreError)
	for _, act := range []string{"change", "logout"} {
		res := v.get("/lenient?" + act)
		wantErr(t, act, changed, session.ErrUnavailable)
		wantErr(t, act, changed, errDown)
		equal(t, act+": cookie", res.Header.Get("Set-Cookie"), "")
	}
	equal(t, "a stranger", s.visitor().get("/lenient").body, "hello ")
	store.onCall(nil)
	equal(t, "store up again", v.get("/lenient?change").body, "hello alice")
	check(t, changed)
	equal(t, "changed", value[string](t, s.open(v.token), "name"), "new")
}

// A handler that goes on reloads the session when the store is back, and can change it then.
func TestReloadAfterLastKnown(t *testing.T) {
	store := &rememberingStore{spyStore: newSpyStore(), seen: map[session.Key]session.Record{}}
	s := newSite(t, session.Config{Store: store})
	s.mux.Handle("/", s.m.ServeLastKnown(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ss := session.From(r)
		equal(t, "value", value[string](t, ss, "k"), "v")
		wantErr(t, "while it is down", ss.Reload(), session.ErrUnavailable)
		store.onCall(nil)
		check(t, ss.Reload())
		stale, err := ss.LastKnown()
		check(t, err)
		equal(t, "stale", stale, false)
		check(t, ss.Set("k", "w"))
	})))
	v := s.withValue("k", "v")
	s.open(v.token) // the store remembers it
	store.onCall(func(string, session.Key) error { return errDown })
	equal(t, "status", v.get("/").StatusCode, http.StatusOK)
	equal(t, "value", value[string](t, s.open(v.token), "k"), "w")
}

// What was never seen can't be shown.
func TestServeLastKnownOfTheUnseen(t *testing.T) {
	store := &rememberingStore{spyStore: newSpyStore(), seen: map[session.Key]session.Record{}}
	s := newSite(t, session.Config{Store: store})
	s.mux.Handle("/", s.m.ServeLastKnown(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := session.From(r).Get("k")
		wantErr(t, "Get", err, session.ErrUnavailable)
	})))
	v := s.withValue("k", "v")
	store.onCall(func(string, session.Key) error { return errDown })
	equal(t, "status", v.get("/").StatusCode, http.StatusServiceUnavailable)
}
