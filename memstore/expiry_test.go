package memstore

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

func until(d time.Duration) session.Record {
	return session.Record{Data: "data", Expires: time.Now().Add(d)}
}

// TestCreateThrowsOutExpired: without any sweep, a store in which sessions come
// and expire at a steady rate doesn't grow.
func TestCreateThrowsOutExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lifetime = 5000 * time.Millisecond // with one session a millisecond: 5000
		s := New(Options{})
		for i := range 50_000 {
			mustCreate(t, s, numbered(i), until(lifetime))
			time.Sleep(time.Millisecond)
		}
		if n := count(s); n > 5000*5/4 {
			t.Errorf("%d entries for 5000 live sessions", n)
		}
		verify(t, s)
	})
}

// TestSweepLetsGo: one hold of the lock looks at a bounded number of entries,
// however many are expired.
func TestSweepLetsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{MaxEntries: 2000}) // one shard
		for i := range 2000 {
			mustCreate(t, s, numbered(i), until(time.Second))
		}
		time.Sleep(time.Second)
		if n := s.shards[0].sweepSome(2000); n != stepsPerLock {
			t.Errorf("%d records in one step, want %d", n, stepsPerLock)
		}
		if n, err := s.Sweep(t.Context(), 2000); n != 2000-stepsPerLock || err != nil {
			t.Errorf("sweep: %d, %v; want the other %d", n, err, 2000-stepsPerLock)
		}
	})
}

// TestSweepInParts: a sweep with a limit goes on where the one before ended.
func TestSweepInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		for i := range 1000 {
			mustCreate(t, s, numbered(i), until(time.Second+time.Duration(i%2)*time.Hour))
		}
		time.Sleep(time.Minute)
		for i, want := range []int{300, 200, 0} {
			if n, err := s.Sweep(t.Context(), 300); n != want || err != nil {
				t.Errorf("sweep: %d, %v; want %d", n, err, want)
			}
			if i == 0 && s.swept.Load() == 0 {
				t.Error("the next sweep would begin anew")
			}
		}
		if n := count(s); n != 500 {
			t.Errorf("%d entries left, want the 500 live ones", n)
		}
	})
}

// endsAfter is a context that is done after it was asked n times.
type endsAfter struct {
	context.Context
	n int
}

func (c *endsAfter) Err() error {
	if c.n--; c.n < 0 {
		return context.Canceled
	}
	return nil
}

// TestContextEndsDuringSweep: what was deleted until then is told.
func TestContextEndsDuringSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{MaxEntries: 2000}) // one shard
		for i := range 2000 {
			mustCreate(t, s, numbered(i), until(time.Second))
		}
		time.Sleep(time.Second)
		n, err := s.Sweep(&endsAfter{t.Context(), 3}, 2000)
		if n != 2*stepsPerLock || !errors.Is(err, context.Canceled) {
			t.Errorf("sweep: %d, %v; want %d", n, err, 2*stepsPerLock)
		}
		if left := count(s); left != 2000-n {
			t.Errorf("%d entries left of %d", left, 2000-n)
		}
	})
}

// TestEndedByExpiryStaysEnded: a record that was ended by an expiry in the past
// is gone, and doesn't wait for a clock that is set back.
func TestEndedByExpiryStaysEnded(t *testing.T) {
	s := New(Options{})
	past := until(-time.Millisecond)
	for name, end := range map[string]func(session.Key, session.Record) error{
		"update": func(key session.Key, old session.Record) error {
			_, err := s.Update(t.Context(), key, old, past)
			return err
		},
		"touch": func(key session.Key, old session.Record) error {
			return s.Touch(t.Context(), key, old, past.Expires)
		},
		"replace": func(key session.Key, old session.Record) error {
			_, err := s.Replace(t.Context(), key, old, past, key+"2", past)
			return errors.Join(err, s.Delete(t.Context(), key+"2"))
		},
	} {
		old := session.Record{Version: mustCreate(t, s, session.Key(name), until(time.Hour))}
		if err := end(session.Key(name), old); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := count(s); n != 0 {
		t.Errorf("%d entries left", n)
	}
}
