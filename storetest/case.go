package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// A case that takes longer is stopped by its context; one that ignores the
// context as well is left behind after the grace. So the suite never hangs.
const (
	timeout = 2 * time.Minute
	grace   = 10 * time.Second
)

// A testCase checks one sentence of the contract.
type testCase struct {
	name  string
	rule  string    // the sentence, word for word
	needs []ability // a store without them has nothing to test here
	f     func(*check)
}

func (tc testCase) fits(s session.Store) bool {
	for _, a := range tc.needs {
		if !a.has(s) {
			return false
		}
	}
	return true
}

// test runs the case on the store of c as the test t.
func (tc testCase) test(t *testing.T, c *check) {
	t.Helper()
	if !tc.fits(c.a) {
		t.Logf("nothing to test: %T is no %s", c.a, tc.needs)
		return
	}
	for _, seen := range tc.run(t.Context(), c) {
		t.Errorf("seen: %s\nrule: %q", seen, tc.rule)
	}
}

// run runs the case on the store of c and returns what was seen to be wrong. It
// knows no testing.T, so that the suite's own test can run it on broken stores.
func (tc testCase) run(ctx context.Context, c *check) []string {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	c.ctx, c.name = ctx, tc.name
	done := make(chan struct{})
	go func() {
		defer close(done)
		tc.f(c)
	}()
	late := time.NewTimer(timeout + grace)
	defer late.Stop()
	select {
	case <-done:
	case <-late.C:
		c.errorf("a call has not returned for %v after its context was done", grace)
	}
	return c.failures()
}
