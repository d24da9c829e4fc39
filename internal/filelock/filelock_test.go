package filelock

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Two locks on one file, as two processes have them, let one goroutine in at a time.
func TestExcludes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	locks := []*Lock{New(path), New(path)}
	inside := make(chan struct{}, 1)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 25 {
				unlock, err := locks[i%2].Lock(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				select {
				case inside <- struct{}{}:
					<-inside
				default:
					t.Error("two are inside")
				}
				unlock()
			}
		})
	}
	group.Wait()
}

// Who waits gives up with the context, whoever has the lock, and the lock still works.
func TestGivesUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	mine, others := New(path), New(path)
	unlock, err := mine.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []*Lock{mine, others} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if _, err := l.Lock(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, want DeadlineExceeded", err)
		}
		cancel()
		if _, err := l.Lock(ctx); err == nil {
			t.Error("locked with a context that is done")
		}
	}
	unlock()
	unlock, err = others.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestNoFolder(t *testing.T) {
	if _, err := New(filepath.Join(t.TempDir(), "none", "lock")).Lock(t.Context()); err == nil {
		t.Error("locked a file that can't be made")
	}
}
