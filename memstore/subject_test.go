package memstore

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

func of(subject string) session.Record {
	return session.Record{Subject: subject, Expires: time.Now().Add(time.Hour)}
}

// TestReplaceDuringPass: a pass over the shards during which one of the
// subject's records was moved is done again.
func TestReplaceDuringPass(t *testing.T) {
	s := New(Options{})
	old := session.Record{Version: mustCreate(t, s, "old", of("ann"))}
	passes := 0
	err := s.settled(t.Context(), "ann", func() {
		if passes++; passes > 1 {
			return
		}
		if _, err := s.Replace(t.Context(), "old", old, of(""), "new", of("ann")); err != nil {
			t.Fatal(err)
		}
	})
	if err != nil || passes != 2 {
		t.Errorf("%d passes, want 2 (%v)", passes, err)
	}
}

// TestDeleteBySubjectAgainstReplace: sessions that rotate as fast as they can
// are all ended, wherever they jump.
func TestDeleteBySubjectAgainstReplace(t *testing.T) {
	for round := range 50 {
		s := New(Options{})
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i := range 4 {
			key := session.Key(fmt.Sprint(i))
			version := mustCreate(t, s, key, of("ann"))
			wg.Go(func() {
				<-start
				rotate(t, s, key, version)
			})
		}
		close(start)
		if _, err := s.DeleteBySubject(t.Context(), "ann"); err != nil {
			t.Fatal(err)
		}
		found, err := s.BySubject(t.Context(), "ann")
		if len(found) != 0 || err != nil {
			t.Fatalf("round %d: %d sessions survived (%v)", round, len(found), err)
		}
		wg.Wait() // each has noticed that it was ended
	}
}

// rotate moves a session from key to key until it is ended.
func rotate(t *testing.T, s *Store, key session.Key, version uint64) {
	for i := 0; ; i++ {
		newKey := key[:1] + session.Key(fmt.Sprint(i))
		v, err := s.Replace(t.Context(), key, session.Record{Version: version}, session.Record{}, newKey, of("ann"))
		if errors.Is(err, session.ErrNotFound) {
			return
		}
		if err != nil {
			t.Error(err)
			return
		}
		key, version = newKey, v
	}
}

// TestCrossingReplaces: two Replaces that go opposite ways between the same two
// shards don't wait for each other forever.
func TestCrossingReplaces(t *testing.T) {
	s := New(Options{MaxEntries: 2 * minPerShard}) // two shards
	var wg sync.WaitGroup
	for g := range 2 {
		wg.Go(func() {
			for i := range 2000 {
				a, b := numbered(4*i+g), numbered(4*i+2+g)
				old := session.Record{Version: mustCreate(t, s, a, of("ann"))}
				if _, err := s.Replace(t.Context(), a, old, session.Record{}, b, session.Record{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	verify(t, s)
}
