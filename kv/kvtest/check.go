package kvtest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

// A case that takes longer is stopped by its context; one that ignores the
// context as well is left behind after the grace. So the suite never hangs.
const (
	timeout = time.Minute
	grace   = 10 * time.Second
)

// A testCase checks one sentence of the contract.
type testCase struct {
	name string
	rule string // the sentence, word for word
	f    func(*check)
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
		defer c.clean()
		tc.f(c)
	}()
	late := time.NewTimer(timeout + grace)
	defer late.Stop()
	select {
	case <-done:
	case <-late.C:
		c.errorf("a call has not returned for %v after its context was done", grace)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.seen)
}

// A check is a case at work: two handles on one store, and what was seen to be
// wrong with it. Keys and values are never part of that.
type check struct {
	a, b kv.Store
	ctx  context.Context
	name string

	mu   sync.Mutex
	keys []string
	seen []string
}

func (c *check) errorf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, fmt.Sprintf(format, args...))
}

// must ends the goroutine it is called from on an error that has no place there.
func (c *check) must(what string, err error) {
	if err != nil {
		c.errorf("%s: %v", what, err)
		runtime.Goexit()
	}
}

// refused checks that err is the sentinel want, and no other.
func (c *check) refused(what string, err, want error) {
	for _, sentinel := range []error{session.ErrNotFound, session.ErrConflict, session.ErrBroken} {
		if errors.Is(err, sentinel) != (sentinel == want) { //nolint:errorlint // which of ours is wanted
			c.errorf("%s: error %q, want one that is %q", what, fmt.Sprint(err), want)
			return
		}
	}
}

// use notes that the case uses key, and returns it.
func (c *check) use(key string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys = append(c.keys, key)
	return key
}

// key returns a key, a new one at each call.
func (c *check) key() string {
	c.mu.Lock()
	n := len(c.keys)
	c.mu.Unlock()
	return c.use(fmt.Sprintf("kvtest:%s:%d", c.name, n))
}

// clean deletes what the case has left.
func (c *check) clean() {
	for _, key := range c.keys {
		_ = c.a.Delete(c.ctx, key) // the case has said what is wrong
	}
}

// add keeps value under a new key for an hour.
func (c *check) add(value string) (key string) {
	key = c.key()
	c.must("Add", c.a.Add(c.ctx, key, value, time.Hour))
	return key
}

func (c *check) swap(key, old, value string) {
	c.must("Swap", c.a.Swap(c.ctx, key, old, value, time.Hour))
}

// shows checks that s has want under key.
func (c *check) shows(s kv.Store, key, want string) {
	switch got, err := s.Get(c.ctx, key); {
	case err != nil:
		c.errorf("Get: %v, want the value", err)
	case got != want:
		c.errorf("Get: another value (%d bytes, want %d)", len(got), len(want))
	}
}

func (c *check) holds(key, want string) { c.shows(c.a, key, want) }

// lacks checks that s has nothing under key.
func (c *check) lacks(s kv.Store, key string) {
	if _, err := s.Get(c.ctx, key); err == nil {
		c.errorf("Get: a value, want none")
	} else {
		c.refused("Get", err, session.ErrNotFound)
	}
}

func (c *check) absent(key string) { c.lacks(c.a, key) }
