package sqlcommon

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A sweep rests after each statement for as long as that took, and not for ever
// when it had to wait.
func TestSweepRests(t *testing.T) {
	for _, c := range []struct{ statement, rest time.Duration }{
		{20 * time.Millisecond, 20 * time.Millisecond},
		{5 * time.Second, maxRest},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			n, err := Sweep(t.Context(), 4*FewRows, FewRows, func(size int) (int, bool, error) {
				time.Sleep(c.statement)
				return size, true, nil
			})
			if n != 4*FewRows || err != nil {
				t.Errorf("Sweep: %d, %v", n, err)
			}
			if took, want := time.Since(start), 4*(c.statement+c.rest); took != want {
				t.Errorf("a sweep of 4 statements of %v took %v, want %v", c.statement, took, want)
			}
		})
	}
}

// It never deletes more than it may, stops where nothing is left, and tells what it did
// before an error.
func TestSweepEnds(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		limit, rows int
		err         error
		want        int
	}{
		{0, 100, nil, 0},
		{30, 100, nil, 30},
		{100, 40, nil, 40},
		{100, 50, nil, 50},
		{100, 25, broken, 25},
	} {
		left := c.rows
		n, err := Sweep(t.Context(), c.limit, FewRows, func(size int) (int, bool, error) {
			if left == 0 && c.err != nil {
				return 0, false, c.err
			}
			n := min(size, left)
			left -= n
			return n, n == size, nil
		})
		if n != c.want || !errors.Is(err, c.err) {
			t.Errorf("of %d rows at most %d: %d, %v; want %d, %v", c.rows, c.limit, n, err, c.want, c.err)
		}
	}
}
