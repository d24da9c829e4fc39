package memstore

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

func TestLimitIsNeverPassed(t *testing.T) {
	for _, limit := range []int{1, 2, 9, 2047, 2048, 5000} {
		s := New(Options{MaxEntries: limit})
		for i := range 3 * limit {
			mustCreate(t, s, numbered(i), until(time.Hour))
			if n := count(s); n > limit {
				t.Fatalf("%d entries with a limit of %d", n, limit)
			}
		}
		verify(t, s)
		for i := range 2 * limit { // all that Replace makes takes the place of others
			key := numbered(3*limit - 1)
			old, err := s.Load(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			newKey := session.Key("new") + numbered(i)
			if _, err := s.Replace(t.Context(), key, old, until(2*time.Hour), newKey, until(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if limit == 1 { // the old record had to make room for the new one
				break
			}
		}
		if n := count(s); n > limit {
			t.Errorf("%d entries with a limit of %d", n, limit)
		}
		verify(t, s)
	}
}

// TestSmallLimitIsExact: below 2048 nobody is signed out early.
func TestSmallLimitIsExact(t *testing.T) {
	const limit = 2047
	s := New(Options{MaxEntries: limit})
	for i := range limit {
		mustCreate(t, s, numbered(i), until(time.Hour))
	}
	if n := count(s); n != limit {
		t.Errorf("%d entries, want %d", n, limit)
	}
}

func TestSharesAddUp(t *testing.T) {
	for limit := range 100_000 {
		n, sum := shardCount(limit), 0
		for i := range n {
			sum += share(limit, i, n)
		}
		if sum != limit {
			t.Fatalf("shares of %d add up to %d", limit, sum)
		}
		if limit >= minPerShard && limit/n < minPerShard {
			t.Fatalf("a limit of %d has %d shards", limit, n)
		}
	}
	if n := shardCount(-1); n != maxShards || share(-1, 0, n) != 0 {
		t.Error("a negative limit is a limit")
	}
}

// TestEvictsNearestToExpiry fills a store of one sample's size, where the
// sample is all there is.
func TestEvictsNearestToExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{MaxEntries: evictSample})
		for i := range evictSample {
			mustCreate(t, s, numbered(i), until(time.Duration(i+1)*time.Hour))
		}
		time.Sleep(90 * time.Minute) // 0 is expired
		for i, gone := range []int{0, 1, 2} {
			mustCreate(t, s, numbered(100+i), until(100*time.Hour))
			if _, err := s.Load(t.Context(), numbered(gone)); !errors.Is(err, session.ErrNotFound) {
				t.Errorf("record %d is still there: %v", gone, err)
			}
			if _, err := s.Load(t.Context(), numbered(gone+1)); err != nil {
				t.Errorf("record %d: %v", gone+1, err)
			}
		}
	})
}

// TestRefusedCreateEvictsNobody: a Create that fails changes nothing.
func TestRefusedCreateEvictsNobody(t *testing.T) {
	s := New(Options{MaxEntries: 2})
	mustCreate(t, s, "a", until(time.Hour))
	mustCreate(t, s, "b", until(time.Minute))
	if _, err := s.Create(t.Context(), "a", until(time.Hour)); !errors.Is(err, session.ErrConflict) {
		t.Fatal(err)
	}
	if n := count(s); n != 2 {
		t.Errorf("%d entries, want 2", n)
	}
}
