package memcachestore

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
)

// No more requests run at once than Options allow; who waits for too long is told.
func TestRequestsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := newItems(memcache.New("127.0.0.1:1"), Options{MaxRequests: 3})
		if err != nil {
			t.Fatal(err)
		}
		var running, most atomic.Int32
		request := func() error {
			most.Store(max(most.Load(), running.Add(1)))
			time.Sleep(time.Second)
			running.Add(-1)
			return nil
		}
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() {
				if err := s.once(t.Context(), request); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := s.once(ctx, request); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who has no time to wait: %v", err)
		}
		all.Wait()
		if most.Load() != 3 {
			t.Errorf("%d requests ran at once, want 3", most.Load())
		}
	})
}

func TestRequestsCannotBeNegative(t *testing.T) {
	if _, err := New(memcache.New("127.0.0.1:1"), Options{MaxRequests: -1}); !errors.Is(err, errRequests) {
		t.Errorf("error %v, want %v", err, errRequests)
	}
}
