package kvtest

import (
	"context"
	"errors"
	"time"
)

const ruleContext = "A context that is done makes a call return its error, and soon."

var contextCases = []testCase{
	{
		name: "context/get",
		rule: ruleContext,
		f: func(c *check) {
			key := c.add("one")
			c.cancelled(func(ctx context.Context) error {
				_, err := c.a.Get(ctx, key)
				return err
			})
		},
	},
	{
		name: "context/add",
		rule: ruleContext,
		f: func(c *check) {
			key := c.key()
			c.cancelled(func(ctx context.Context) error { return c.a.Add(ctx, key, "one", time.Hour) })
			c.absent(key)
		},
	},
	{
		name: "context/swap",
		rule: ruleContext,
		f: func(c *check) {
			key := c.add("one")
			c.cancelled(func(ctx context.Context) error { return c.a.Swap(ctx, key, "one", "two", time.Hour) })
			c.holds(key, "one")
		},
	},
	{
		name: "context/delete",
		rule: ruleContext,
		f: func(c *check) {
			key := c.add("one")
			c.cancelled(func(ctx context.Context) error { return c.a.Delete(ctx, key) })
			c.holds(key, "one")
		},
	},
}

// cancelled checks that call notices a context that is done, for both reasons
// there are.
func (c *check) cancelled(call func(context.Context) error) {
	ctx, cancel := context.WithCancel(c.ctx)
	cancel()
	if err := call(ctx); !errors.Is(err, context.Canceled) {
		c.errorf("error %v, want %v", err, context.Canceled)
	}
	ctx, cancel = context.WithDeadline(c.ctx, time.Now().Add(-time.Hour))
	defer cancel()
	if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
		c.errorf("error %v, want %v", err, context.DeadlineExceeded)
	}
}
