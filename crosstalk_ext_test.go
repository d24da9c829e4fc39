package session_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// A mixer is a store that answers some requests with what another asked for, as a
// client does that has lost count of its replies (go-redis CVE-2025-29923,
// redis-py and ChatGPT in March 2023).
type mixer struct {
	*memstore.Store
	other func(session.Key) (session.Key, bool)
}

func (m *mixer) Load(ctx context.Context, key session.Key) (session.Record, error) {
	if other, ok := m.other(key); ok {
		key = other
	}
	return m.Store.Load(ctx, key)
}

// A store that answers with another's record gives nobody another's data: the visitor
// has a new session, and there is an event.
func TestMB02_WrongAnswersOfTheStore(t *testing.T) {
	mixed := &mixer{Store: memstore.New(memstore.Options{}), other: func(k session.Key) (session.Key, bool) { return k, false }}
	s := newSite(t, session.Config{Store: mixed})
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		items, _ := ss.Items()
		subject, _ := ss.Subject()
		_, _ = fmt.Fprint(w, items, subject)
	})
	s.on("/set", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) { _ = ss.Set("k", "mine") })
	alice, mallory := s.loggedIn("alice"), s.loggedIn("mallory")
	alice.get("/set")
	var keys []session.Key
	for _, subject := range []string{"alice", "mallory"} {
		entries, err := mixed.BySubject(t.Context(), subject)
		check(t, err)
		keys = append(keys, entries[0].Key)
	}
	mixed.other = func(key session.Key) (session.Key, bool) { return keys[0], key == keys[1] }
	s.events.take()
	for _, path := range []string{"/", "/set"} {
		equal(t, "what mallory is answered", mallory.get(path).StatusCode, http.StatusServiceUnavailable)
		s.events.want(t, session.EventStoreError)
	}
	_, err := s.m.Open(t.Context(), session.Token(mallory.token))
	wantErr(t, "open", err, session.ErrUnavailable)
	equal(t, "what alice sees", alice.get("/").body, "map[k:mine]alice")
	equal(t, "alice's sessions", s.sessions("alice"), 1)
	mixed.other = func(k session.Key) (session.Key, bool) { return k, false }
	equal(t, "what mallory sees with the next right answer", mallory.get("/").body, "map[]mallory")
}

// 64 users at once, a third of whose requests are cancelled at some moment, on a store that
// mixes up every tenth answer: nobody ever sees another's name, and nobody's session
// is changed by another.
func TestR19_NoCrossTalkUnderLoad(t *testing.T) {
	const users, rounds = 64, 60
	var mu sync.Mutex
	var asked []session.Key
	mixed := &mixer{Store: memstore.New(memstore.Options{})}
	mixed.other = func(key session.Key) (session.Key, bool) {
		mu.Lock()
		defer mu.Unlock()
		if len(asked) < 1000 {
			asked = append(asked, key)
		}
		return asked[rand.IntN(len(asked))], rand.IntN(10) == 0
	}
	s := newSite(t, session.Config{Store: mixed})
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		name, err := session.Get[string](ss, "name")
		if err == nil {
			err = session.Update(ss, "visits", func(n *int) error { *n++; return nil })
		}
		if err != nil {
			w.WriteHeader(session.StatusCode(err))
			return
		}
		_, _ = io.WriteString(w, name)
	})
	var wg sync.WaitGroup
	for user := range users {
		wg.Go(func() { talk(t, s, fmt.Sprint("user", user), rounds) })
	}
	wg.Wait()
}

// talk is one user's requests. Whoever is given a new session says their name
// again.
func talk(t *testing.T, s *site, name string, rounds int) {
	v := s.withValue("name", name)
	for range rounds {
		ctx, cancel := context.WithCancel(t.Context())
		if rand.IntN(3) == 0 {
			go cancel()
		}
		r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
		r.Header.Set("Cookie", s.m.CookieName()+"="+v.token)
		res := serve(t, s, r)
		cancel()
		if res.body != name && res.body != "" && res.StatusCode == http.StatusOK {
			t.Errorf("%s sees the session of %s", name, res.body)
		}
		if res.Header.Get("Set-Cookie") != "" {
			v = s.withValue("name", name)
		}
	}
}
