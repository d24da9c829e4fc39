package sealed_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
)

var large = strings.Repeat("x", maxToken)

// overflowing runs f on a site whose large sessions are in a store, with records
// and without.
func overflowing(t *testing.T, f func(t *testing.T, s site, store *countingStore, records bool)) {
	for name, records := range map[string]bool{"alone": false, "with records": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newCountingStore()
				o := sealed.Options{Overflow: store}
				if records {
					o.Records = store
				}
				f(t, newSite(t, newRing(t), o), store, records)
			})
		})
	}
}

func TestTooLargeIsAnErrorAndChangesNothing(t *testing.T) {
	store := newCountingStore()
	for _, o := range []sealed.Options{{}, {Records: store}} {
		s := newSite(t, newRing(t), o)
		token := s.login("alice")
		store.writes.Store(0)
		ss := s.open(token)
		check(t, errors.Join(ss.Set("essay", large), ss.Rotate()))
		err := ss.Save()
		if !errors.Is(err, session.ErrTooLarge) || !strings.Contains(err.Error(), "essay") || strings.Contains(err.Error(), large[:20]) {
			t.Errorf("%v", err)
		}
		store.wantCalls(t, "too large", 0, 0)
		if !s.live(token) {
			t.Error("the session is gone")
		}
	}
}

// TestOverflowIsForValues: without any, a session that doesn't fit could not be told from one
// whose values are in a cookie.
func TestOverflowIsForValues(t *testing.T) {
	store := newCountingStore()
	e, err := sealed.New(newRing(t), sealed.Options{Overflow: store})
	check(t, errors.Join(err, e.Bind(session.Config{})))
	s := session.Snapshot{ID: e.NewID(), Expires: time.Now().Add(time.Hour), MaxToken: 100}
	if _, err := e.Keep(t.Context(), &session.Snapshot{}, &s, 0); !errors.Is(err, session.ErrTooLarge) {
		t.Errorf("%v", err)
	}
	store.wantCalls(t, "too large", 0, 0)
}

// TestOverflowAndBack grows and shrinks a session.
func TestOverflowAndBack(t *testing.T) {
	overflowing(t, func(t *testing.T, s site, store *countingStore, records bool) {
		small := s.set(s.login("alice"), "cart", "tea")
		csrf, err := s.open(small).CSRFToken()
		check(t, err)
		stored := s.set(small, "essay", large)
		if !isSealed(small) || isSealed(stored) {
			t.Fatalf("sealed %v, when large %v", isSealed(small), isSealed(stored))
		}
		ss := s.open(stored)
		wantSubject(t, ss, "alice")
		wantValue(t, ss, "essay", large)
		check(t, ss.CheckCSRF(csrf)) // it is the same session
		if again := s.set(stored, "cart", "coffee"); again != stored {
			t.Error("a change of a stored session changes its token")
		}
		ss = s.open(stored)
		wantValue(t, ss, "cart", "coffee")
		late := s.open(stored)
		check(t, late.Set("late", "x"))
		check(t, errors.Join(ss.Delete("essay"), ss.Save()))
		if !isSealed(ss.Token()) {
			t.Fatal("it fits again and is not sealed")
		}
		wantValue(t, s.open(ss.Token()), "cart", "coffee")
		if err := late.Save(); !errors.Is(err, session.ErrEnded) {
			t.Errorf("a request that came with the store's token: %v", err)
		}
		if s.live(stored) {
			t.Error("the store's token is good")
		}
		page, _, err := session.List(t.Context(), store, "", 10)
		check(t, err)
		if len(page) != 1 || strings.Contains(page[0].Record.Data, "coffee") {
			t.Errorf("%d records, values among them", len(page))
		}
		time.Sleep(2 * time.Minute)
		if page, _, _ = session.List(t.Context(), store, "", 10); len(page) == 1 != records {
			t.Errorf("%d records after a while", len(page))
		}
	})
}

// TestOverflowTwiceAtOnce: two requests of a sealed session make it too large, each by a
// change of its own. Both changes are saved.
func TestOverflowTwiceAtOnce(t *testing.T) {
	overflowing(t, func(t *testing.T, s site, _ *countingStore, _ bool) {
		token := s.login("alice")
		a, b := s.open(token), s.open(token)
		check(t, errors.Join(a.Set("a", large), b.Set("b", large)))
		check(t, a.Save())
		check(t, b.Save())
		ss := s.open(b.Token())
		wantSubject(t, ss, "alice")
		wantValue(t, ss, "a", large)
		wantValue(t, ss, "b", large)
	})
}

// TestOverflowAgain: the session was too large, fits, and is too large once more, while the
// emptied record is still there.
func TestOverflowAgain(t *testing.T) {
	overflowing(t, func(t *testing.T, s site, _ *countingStore, _ bool) {
		token := s.set(s.login("alice"), "cart", "tea")
		for range 3 {
			token = s.set(token, "essay", large)
			ss := s.open(token)
			check(t, errors.Join(ss.Delete("essay"), ss.Save()))
			token = ss.Token()
		}
		token = s.set(token, "essay", large)
		ss := s.open(token)
		wantSubject(t, ss, "alice")
		wantValue(t, ss, "cart", "tea")
		check(t, errors.Join(ss.Delete("essay"), ss.Save(), ss.Set("essay", large), ss.Save())) // in one request
		wantValue(t, s.open(ss.Token()), "essay", large)
	})
}

// TestOverflowAndLogout: what is in a store is ended there, records or not.
func TestOverflowAndLogout(t *testing.T) {
	overflowing(t, func(t *testing.T, s site, store *countingStore, _ bool) {
		token := s.set(s.login("alice"), "essay", large)
		ss := s.open(token)
		check(t, errors.Join(ss.Logout(), ss.Save()))
		if s.live(token) {
			t.Error("live after logout")
		}
		if page, _, err := session.List(t.Context(), store, "", 10); err != nil || len(page) != 0 {
			t.Errorf("%d records (%v)", len(page), err)
		}
	})
}

// TestOverflowAndLogin: a login rotates, between store and cookie as well.
func TestOverflowAndLogin(t *testing.T) {
	for _, change := range []string{"stays large", "grows", "shrinks"} {
		t.Run(change, func(t *testing.T) {
			overflowing(t, func(t *testing.T, s site, _ *countingStore, records bool) {
				ss := s.New(t.Context())
				check(t, ss.Set("cart", "tea"))
				if change != "grows" {
					check(t, ss.Set("essay", large))
				}
				check(t, ss.Save())
				before := ss.Token()
				ss = s.open(before)
				check(t, ss.Login("alice"))
				switch change {
				case "grows":
					check(t, ss.Set("essay", large))
				case "shrinks":
					check(t, ss.Delete("essay"))
				}
				check(t, ss.Save())
				if isSealed(ss.Token()) != (change == "shrinks") {
					t.Errorf("sealed: %v", isSealed(ss.Token()))
				}
				wantSubject(t, s.open(ss.Token()), "alice")
				if s.live(before) && (records || change != "grows") {
					t.Error("the token from before the login is good")
				}
			})
		})
	}
}

func TestOverflowNeedsTheRecordsStore(t *testing.T) {
	a, b := memstore.New(memstore.Options{}), memstore.New(memstore.Options{})
	if _, err := sealed.New(newRing(t), sealed.Options{Records: a, Overflow: b}); err == nil {
		t.Error("two stores are taken")
	}
	if _, err := sealed.New(nil, sealed.Options{}); err == nil {
		t.Error("no ring is taken")
	}
}
