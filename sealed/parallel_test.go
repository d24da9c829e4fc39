package sealed_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
)

// together runs f n times at once.
func together(n int, f func(i int)) {
	var done sync.WaitGroup
	for i := range n {
		done.Go(func() { f(i) })
	}
	done.Wait()
}

// TestParallelRequestsAllGetThrough changes one session by many requests at once, in all the
// ways there are to write: every one is saved in the end.
func TestParallelRequestsAllGetThrough(t *testing.T) {
	store := memstore.New(memstore.Options{})
	for name, o := range map[string]sealed.Options{
		"records": {Records: store}, "both": {Records: store, Overflow: store}, "overflow": {Overflow: store},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, newRing(t), o)
			token := s.login("alice")
			ready := make([]*session.Session, 16)
			for i := range ready {
				ready[i] = s.open(token)
			}
			together(len(ready), func(i int) {
				ss := ready[i]
				err := errors.Join(ss.Set(fmt.Sprint("key", i), "x"), ss.SetPersistent(i%2 == 0))
				if o.Overflow != nil {
					err = errors.Join(err, ss.Set("essay", strings.Repeat("x", maxToken)))
				}
				if err = errors.Join(err, ss.Save()); err != nil {
					t.Errorf("request %d: %v", i, err)
				}
			})
			for _, ss := range ready {
				wantSubject(t, s.open(ss.Token()), "alice")
			}
		})
	}
}

// TestR1_ParallelLogout ends a session while requests of it are under way: afterwards none of
// the cookies they got is good.
func TestR1_ParallelLogout(t *testing.T) {
	store := memstore.New(memstore.Options{})
	s := newSite(t, newRing(t), sealed.Options{Records: store, Overflow: store})
	for round := range 50 {
		token := s.login("alice")
		ready := make([]*session.Session, 8)
		for i := range ready {
			ready[i] = s.open(token)
		}
		together(len(ready), func(i int) {
			ss := ready[i]
			var err error
			switch i {
			case 0:
				err = ss.Logout()
			case 1, 2:
				err = ss.SetPersistent(true)
			case 3:
				err = ss.Set("essay", strings.Repeat("x", maxToken))
			default:
				err = ss.Set("cart", "tea")
			}
			if err = errors.Join(err, ss.Save()); err != nil && (i == 0 || !errors.Is(err, session.ErrEnded)) {
				t.Errorf("round %d, request %d: %v", round, i, err)
			}
		})
		for i, ss := range ready {
			if cookie := ss.Token(); i > 0 && s.live(cookie) {
				t.Fatalf("round %d: the cookie of request %d is good after the logout", round, i)
			}
		}
	}
}

// TestParallelRotations reloads the ring while sessions are sealed and opened.
func TestParallelRotations(t *testing.T) {
	var mu sync.Mutex
	secrets := [][]byte{keyring.Generate()}
	ring, err := keyring.Func(func() ([][]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		return secrets, nil
	})
	check(t, err)
	s := newSite(t, ring, sealed.Options{})
	tokens := make([]session.Token, 8)
	for i := range tokens {
		tokens[i] = s.login("alice")
	}
	together(len(tokens), func(i int) {
		for range 50 {
			if i == 0 {
				mu.Lock()
				secrets = append([][]byte{keyring.Generate()}, secrets...)
				mu.Unlock()
				if err := ring.Reload(); err != nil {
					t.Error(err)
				}
				continue
			}
			ss, err := s.Open(t.Context(), tokens[i])
			if err == nil {
				err = errors.Join(ss.Set("cart", "tea"), ss.Save())
			}
			if err != nil {
				t.Errorf("signed out: %v", err)
				return
			}
			tokens[i] = ss.Token()
		}
	})
}
