package session

import (
	"context"
	"sync"
	"time"
)

// A lazyContext is context.WithTimeout whose timer and channel are made only when
// somebody asks for the channel. A store in memory never does, and they would
// take a quarter of the time of its save (880 of 3,000 ns, 5 of 16 allocations).
type lazyContext struct {
	parent   context.Context
	began    time.Time
	deadline time.Time
	detached bool      // what is done goes on though parent ends
	opened   time.Time // see openedKey

	mu     sync.Mutex
	timed  context.Context // nil until Done is called
	cancel context.CancelFunc
}

// stop frees the timer.
func (c *lazyContext) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancel != nil {
		c.cancel()
	}
}

func (c *lazyContext) Deadline() (time.Time, bool) { return c.deadline, true }

func (c *lazyContext) Value(key any) any {
	if key == (openedKey{}) {
		return c.opened
	}
	return c.parent.Value(key)
}

// openedKey finds in a context when the session was opened, if it is only read again.
// If its token was good then, a rotation since is no theft, however long the request takes.
type openedKey struct{}

// openedWhileGood reports whether a token whose grace ended at graceEnds was good when the
// session was opened.
func openedWhileGood(ctx context.Context, graceEnds time.Time) bool {
	opened, _ := ctx.Value(openedKey{}).(time.Time)
	return !opened.IsZero() && opened.Before(graceEnds)
}

func (c *lazyContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timed == nil {
		parent := c.parent
		if c.detached {
			parent = context.WithoutCancel(parent)
		}
		c.timed, c.cancel = context.WithDeadline(parent, c.deadline)
	}
	return c.timed.Done()
}

// Err is that of parent as long as nobody asked for Done, or nil if that doesn't
// matter: a channel that isn't there is not closed.
func (c *lazyContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.timed != nil:
		return c.timed.Err()
	case c.detached:
		return nil
	}
	return c.parent.Err()
}

// saving returns the context of what a visitor was promised: it is done though they
// have gone away.
func (s *Session) saving() *lazyContext {
	now := time.Now()
	return &lazyContext{parent: s.ctx, began: now, deadline: now.Add(s.m.config.SaveTimeout), detached: true, opened: s.now}
}

// reading sets c up for what only this visitor waits for.
func (s *Session) reading(c *lazyContext, now time.Time) *lazyContext {
	c.parent, c.began, c.deadline = s.ctx, now, now.Add(s.m.config.LoadTimeout)
	return c
}
