package session_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// A scriptedSweeper answers each Sweep with the next of results.
type scriptedSweeper struct {
	*spyStore
	results []func() (int, error)
	sweeps  atomic.Int32
}

func (s *scriptedSweeper) Sweep(context.Context, int) (int, error) {
	s.sweeps.Add(1)
	if len(s.results) == 0 {
		return 0, nil
	}
	next := s.results[0]
	s.results = s.results[1:]
	return next()
}

func swept(n int) func() (int, error) { return func() (int, error) { return n, nil } }

func failed() (int, error) { return 0, errDown }

// SweepEvery sweeps at once and then every now and then, in batches until nothing is left,
// goes on after an error, and stops with its context.
func TestSweepEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &scriptedSweeper{spyStore: newSpyStore()}
		store.results = []func() (int, error){swept(500), swept(500), swept(3), failed, swept(500), swept(0)}
		ctx, stop := context.WithCancel(t.Context())
		var reported []error
		stopped := make(chan error)
		go func() {
			stopped <- session.SweepEvery(ctx, store, time.Hour, func(err error) { reported = append(reported, err) })
		}()
		for _, want := range []int32{3, 4, 6, 7} { // one hour after the other
			synctest.Wait()
			equal(t, "sweeps", store.sweeps.Load(), want)
			time.Sleep(time.Hour)
		}
		stop()
		wantErr(t, "stopped", <-stopped, context.Canceled)
		if len(reported) != 1 || !errors.Is(reported[0], errDown) {
			t.Errorf("reported %v", reported)
		}
	})
}

// Expired sessions are deleted, live ones are not.
func TestSweepEvery_OnAStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, session.Config{Limits: session.Limits{Idle: time.Hour}})
		s.withValue("k", "v")
		time.Sleep(30 * time.Minute)
		v := s.withValue("k", "v")
		ctx, stop := context.WithCancel(t.Context())
		go func() { _ = session.SweepEvery(ctx, s.store, time.Minute, nil) }()
		time.Sleep(45 * time.Minute)
		synctest.Wait()
		equal(t, "live", s.live(v.token), true)
		n, err := s.store.Sweep(t.Context(), 100)
		check(t, err)
		equal(t, "left to sweep", n, 0)
		stop()
		synctest.Wait()
	})
}

func TestSweepEvery_WrongUse(t *testing.T) {
	bare := &forgetless{}
	wantErr(t, "a store that can't", session.SweepEvery(t.Context(), bare, time.Hour, nil), errors.ErrUnsupported)
	for _, d := range []time.Duration{0, -1} {
		if err := session.SweepEvery(t.Context(), newSpyStore(), d, nil); err == nil {
			t.Errorf("sweeps every %v", d)
		}
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	wantErr(t, "a context that is done", session.SweepEvery(ended, newSpyStore(), time.Hour, nil), context.Canceled)
}
