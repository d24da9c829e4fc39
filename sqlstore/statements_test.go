package sqlstore

import (
	"slices"
	"sync"
	"testing"
)

// loads lets do answer s.Load, n times.
func loads(t *testing.T, s *Store, n int) {
	t.Helper()
	for range n {
		if _, err := s.Load(t.Context(), "key"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPreparedOnce(t *testing.T) {
	var calls []string
	s := fakeStore(t, func(call, text string) (answer, error) {
		calls = append(calls, call)
		return work(call, text)
	})
	loads(t, s, 2)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	loads(t, s, 1) // a closed store is as good as new
	want := []string{"prepare", "query", "query", "close", "prepare", "query"}
	if !slices.Equal(calls, want) {
		t.Errorf("calls %q, want %q", calls, want)
	}
}

func TestFailedPrepareIsNotKept(t *testing.T) {
	failed := false
	s := fakeStore(t, func(call, text string) (answer, error) {
		if !failed {
			failed = true
			return answer{}, errDisk
		}
		return work(call, text)
	})
	if _, err := s.Load(t.Context(), "key"); err == nil {
		t.Error("Load: no error")
	}
	loads(t, s, 1)
}

// Two that prepare the same statement at once keep one of theirs.
func TestPreparedTwiceAtOnce(t *testing.T) {
	var mu sync.Mutex
	count := map[string]int{}
	var both sync.WaitGroup
	both.Add(2)
	s := fakeStore(t, func(call, text string) (answer, error) {
		mu.Lock()
		count[call]++
		early := call == "prepare" && count[call] <= 2
		mu.Unlock()
		if early {
			both.Done()
			both.Wait()
		}
		return work(call, text)
	})
	var done sync.WaitGroup
	for range 2 {
		done.Go(func() {
			if _, err := s.Load(t.Context(), "key"); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if count["prepare"] != count["close"] {
		t.Errorf("%d statements prepared, %d closed", count["prepare"], count["close"])
	}
}
