package memcachestore

import (
	"context"
	"errors"
	"sync"
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
		var mu sync.Mutex
		running, most := 0, 0
		count := func(n int) {
			mu.Lock()
			defer mu.Unlock()
			running += n
			most = max(most, running)
		}
		request := func() error {
			count(1)
			defer count(-1)
			time.Sleep(time.Second)
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
		if most != 3 {
			t.Errorf("%d requests ran at once, want 3", most)
		}
	})
}

func TestRequestsCannotBeNegative(t *testing.T) {
	if _, err := New(memcache.New("127.0.0.1:1"), Options{MaxRequests: -1}); !errors.Is(err, errRequests) {
		t.Errorf("error %v, want %v", err, errRequests)
	}
}
