package sqlstore

import (
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
			s := fakeStore(t, func(call, _ string) (answer, error) {
				if call == "exec" {
					time.Sleep(c.statement)
				}
				return answer{changed: sweepBatch}, nil
			})
			start := time.Now()
			n, err := s.Sweep(t.Context(), 4*sweepBatch)
			if n != 4*sweepBatch || err != nil {
				t.Errorf("Sweep: %d, %v", n, err)
			}
			if took, want := time.Since(start), 4*(c.statement+c.rest); took != want {
				t.Errorf("a sweep of 4 statements of %v took %v, want %v", c.statement, took, want)
			}
		})
	}
}
