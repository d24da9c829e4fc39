package memcached

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/servers"
)

func record(data string) session.Record {
	return session.Record{Data: data, Expires: time.Now().Add(time.Hour).Truncate(time.Millisecond)}
}

// What doesn't fit into an item is an error that says so, and changes nothing.
func TestTooLarge(t *testing.T) {
	s, large := newStore(t, newClient(t, three...), newPrefix()), record(strings.Repeat("x", 5<<20))
	version, err := s.Create(t.Context(), "key", record("old"))
	must(t, err)
	_, updated := s.Update(t.Context(), "key", session.Record{Version: version}, large)
	_, created := s.Create(t.Context(), "other", large)
	for _, err := range []error{updated, created} {
		if err == nil || !strings.Contains(err.Error(), "larger than the server takes") {
			t.Errorf("error %v", err)
		}
	}
	if rec, err := s.Load(t.Context(), "key"); err != nil || rec.Data != "old" || rec.Version != version {
		t.Errorf("the old record isn't there (%v)", err)
	}
	if _, err := s.Load(t.Context(), "other"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("the large one: %v", err)
	}
}

// A server that is down is an error, not an absence; one that is up again works at
// once, whatever connections the client had. The other servers go on.
func TestOutage(t *testing.T) {
	server, err := servers.Memcached()
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	s := newStore(t, newClient(t, server.Address(), three[0]), newPrefix())
	here, there := keysOnBoth(t, s, server)

	must(t, server.Stop())
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), server.Address()) {
		t.Errorf("Check: %v", err)
	}
	refusesAll(t, s, here)
	if _, err := s.Load(t.Context(), there); err != nil {
		t.Errorf("a session on the other server: %v", err)
	}

	must(t, server.Start())
	must(t, s.Check(t.Context()))
	_, err = s.Create(t.Context(), here, record("anew"))
	must(t, err)
}

// After a restart the first read already works: the connections from before are
// dropped. What was there is not.
func TestRestart(t *testing.T) {
	server, err := servers.Memcached()
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	s := newStore(t, newClient(t, server.Address()), newPrefix())
	_, err = s.Create(t.Context(), "key", record("one"))
	must(t, err)
	manyConnections(t, s)

	must(t, server.Stop())
	must(t, server.Start())
	if _, err := s.Load(t.Context(), "key"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("Load: %v, want %v", err, session.ErrNotFound)
	}
	_, err = s.Create(t.Context(), "key", record("anew"))
	must(t, err)
}

// manyConnections lets the client have several idle ones.
func manyConnections(t *testing.T, s session.Store) {
	t.Helper()
	done := make(chan error)
	for range 16 {
		go func() {
			_, err := s.Load(t.Context(), "key")
			done <- err
		}()
	}
	for range 16 {
		must(t, <-done)
	}
}

// keysOnBoth creates records until there is one on each of two servers: that which
// is lost when server restarts is on it.
func keysOnBoth(t *testing.T, s session.Store, server *servers.Server) (here, there session.Key) {
	t.Helper()
	var keys []session.Key
	for i := range 20 {
		keys = append(keys, session.Key(fmt.Sprint("key ", i)))
		_, err := s.Create(t.Context(), keys[i], record("one"))
		must(t, err)
	}
	must(t, server.Stop())
	must(t, server.Start())
	for _, key := range keys {
		if _, err := s.Load(t.Context(), key); err != nil {
			here = key
		} else {
			there = key
		}
	}
	if here == "" || there == "" {
		t.Fatal("all of 20 keys are on one server")
	}
	_, err := s.Create(t.Context(), here, record("one"))
	must(t, err)
	return here, there
}

// refusesAll checks that nothing about key is answered.
func refusesAll(t *testing.T, s session.Toucher, key session.Key) {
	t.Helper()
	_, load := s.Load(t.Context(), key)
	_, create := s.Create(t.Context(), key, record("two"))
	_, update := s.Update(t.Context(), key, session.Record{}, record("two"))
	touch := s.Touch(t.Context(), key, session.Record{}, time.Now().Add(time.Hour))
	for i, err := range []error{load, create, update, touch, s.Delete(t.Context(), key)} {
		if err == nil || session.StatusCode(err) != 500 {
			t.Errorf("call %d: %v, want an error that is none of the sentinels", i, err)
		}
	}
}
