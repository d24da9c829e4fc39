package session

import (
	"context"
	"sync"
	"time"
)

// A saveContext is context.WithTimeout(context.WithoutCancel(values), timeout)
// whose timer and channel are made only when somebody asks for the channel. A
// store in memory never does, and they would take a quarter of the time of its
// save (880 of 3,000 ns, 5 of 16 allocations).
type saveContext struct {
	values   context.Context
	deadline time.Time

	mu     sync.Mutex
	timed  context.Context // nil until Done is called
	cancel context.CancelFunc
}

func newSaveContext(values context.Context, timeout time.Duration) *saveContext {
	return &saveContext{values: values, deadline: time.Now().Add(timeout)}
}

// stop frees the timer.
func (c *saveContext) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancel != nil {
		c.cancel()
	}
}

func (c *saveContext) Deadline() (time.Time, bool) { return c.deadline, true }
func (c *saveContext) Value(key any) any           { return c.values.Value(key) }

func (c *saveContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timed == nil {
		c.timed, c.cancel = context.WithDeadline(context.WithoutCancel(c.values), c.deadline)
	}
	return c.timed.Done()
}

func (c *saveContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.timed != nil:
		return c.timed.Err()
	case time.Now().Before(c.deadline):
		return nil
	}
	return context.DeadlineExceeded
}
