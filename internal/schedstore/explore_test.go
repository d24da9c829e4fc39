package schedstore_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/schedstore"
	"github.com/coatcheck-go/session/memstore"
)

var errWanted = errors.New("wanted")

const key = session.Key("a key of thirty-two bytes, no less")

// scenario has actors that make so many calls each: the first loads, the others
// of no effect.
func scenario(calls []int, seen map[string]bool) func(*schedstore.Run) error {
	return func(r *schedstore.Run) error {
		s := r.NewStore(memstore.New(memstore.Options{MaxEntries: 10}))
		for _, n := range calls {
			r.Actor(func(ctx context.Context) {
				_, _ = s.Load(ctx, key)
				for range n - 1 {
					_ = s.Delete(ctx, key)
				}
			})
		}
		r.Play(func() {})
		if seen[r.String()] {
			return errors.New("played twice")
		}
		seen[r.String()] = true
		return nil
	}
}

func TestEveryOrderOnce(t *testing.T) {
	for _, test := range []struct {
		calls  []int
		orders int
	}{
		{[]int{1}, 1},
		{[]int{1, 1}, 2},
		{[]int{2, 2}, 6}, // (2+2)!/(2!2!)
		{[]int{1, 3}, 4},
		{[]int{1, 1, 1}, 6},
		{[]int{2, 2, 2}, 90},     // 6!/(2!2!2!)
		{[]int{1, 2, 3, 1}, 420}, // 7!/(1!2!3!1!)
	} {
		synctest.Test(t, func(t *testing.T) {
			seen := map[string]bool{}
			if n, err := schedstore.All(scenario(test.calls, seen)); n != test.orders || len(seen) != n || err != nil {
				t.Errorf("%v calls: %d orders, want %d; error %v", test.calls, n, test.orders, err)
			}
			classes := map[string]bool{}
			for order := range seen {
				classes[sortReads(order)] = true
			}
			seen = map[string]bool{}
			n, err := schedstore.Distinct(scenario(test.calls, seen))
			if n != len(classes) || err != nil {
				t.Errorf("%v calls: %d distinct orders, want %d; error %v", test.calls, n, len(classes), err)
			}
			for order := range seen {
				delete(classes, sortReads(order))
			}
			if len(classes) > 0 {
				t.Errorf("%v calls: never played: %v", test.calls, classes)
			}
		})
	}
}

// sortReads makes orders the same that differ only in the order of reads next to
// each other.
func sortReads(order string) string {
	calls := strings.Split(order, ", ")
	for i := 0; i < len(calls); i++ {
		end := i
		for end < len(calls) && strings.HasSuffix(calls[end], "load") {
			end++
		}
		slices.Sort(calls[i:end])
		i = end
	}
	return strings.Join(calls, ", ")
}

// TestFindsTheOneOrder: a fault that shows in one of many orders is found, and
// the order is told.
func TestFindsTheOneOrder(t *testing.T) {
	const wanted = "2 load, 2 delete, 1 load, 0 load, 0 delete, 1 delete"
	synctest.Test(t, func(t *testing.T) {
		_, err := schedstore.All(func(r *schedstore.Run) error {
			err := scenario([]int{2, 2, 2}, map[string]bool{})(r)
			if r.String() == wanted {
				return errWanted
			}
			return err
		})
		if !errors.Is(err, errWanted) || !strings.Contains(err.Error(), wanted) {
			t.Errorf("error %v", err)
		}
	})
}

func TestEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		orders := map[string]int{}
		_, err := schedstore.All(func(r *schedstore.Run) error {
			began := time.Now()
			s := r.NewStore(memstore.New(memstore.Options{MaxEntries: 10}))
			r.Actor(func(ctx context.Context) { _ = s.Delete(ctx, key); _ = s.Delete(ctx, key) })
			r.Event("a minute", func() { time.Sleep(time.Minute) })
			r.Play(func() {})
			orders[r.String()]++
			if time.Since(began) != time.Minute {
				return errors.New("the time did not pass")
			}
			return nil
		})
		if err != nil || len(orders) != 3 {
			t.Errorf("%v: %v", err, orders)
		}
	})
}
