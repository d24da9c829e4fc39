package storetest

import (
	"context"
	"errors"
	"time"

	"github.com/coatcheck-go/session"
)

const ruleContext = "A context that is done makes a call return its error, and soon."

var contextCases = []testCase{
	{
		name: "context/load",
		rule: ruleContext,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.cancelled(func(ctx context.Context) error {
				_, err := c.a.Load(ctx, key)
				return err
			})
			c.holds(key, r)
		},
	},
	{
		name: "context/create",
		rule: ruleContext,
		f: func(c *check) {
			key := c.key()
			c.cancelled(func(ctx context.Context) error {
				_, err := c.a.Create(ctx, key, rec("one"))
				return err
			})
			c.absent(key)
		},
	},
	{
		name: "context/update",
		rule: ruleContext,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.cancelled(func(ctx context.Context) error {
				_, err := c.a.Update(ctx, key, r, rec("two"))
				return err
			})
			c.holds(key, r)
		},
	},
	{
		name: "context/delete",
		rule: ruleContext,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.cancelled(func(ctx context.Context) error { return c.a.Delete(ctx, key) })
			c.holds(key, r)
		},
	},
	{
		name: "context/touch",
		rule: ruleContext,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			c.cancelled(func(ctx context.Context) error {
				_, err := session.Touch(ctx, c.a, key, r, in(2*time.Hour))
				return err
			})
			c.holds(key, r)
		},
	},
	{
		name: "context/replace",
		rule: ruleContext,
		f: func(c *check) {
			key, r := c.create(rec("one"))
			newKey := c.key()
			c.cancelled(func(ctx context.Context) error {
				_, err := session.Replace(ctx, c.a, key, r, rec("moved"), newKey, rec("two"))
				return err
			})
			c.holds(key, r)
			c.absent(newKey)
		},
	},
	{
		name:  "context/sweep",
		rule:  ruleContext,
		needs: []ability{sweeper},
		f: func(c *check) {
			c.cancelled(func(ctx context.Context) error {
				_, err := session.Sweep(ctx, c.a, 10)
				return err
			})
		},
	},
	{
		name:  "context/by-subject",
		rule:  ruleContext,
		needs: []ability{subjectStore},
		f: func(c *check) {
			c.records("alice", 2)
			c.cancelled(func(ctx context.Context) error {
				_, err := session.BySubject(ctx, c.a, "alice")
				return err
			})
		},
	},
	{
		name:  "context/delete-by-subject",
		rule:  ruleContext,
		needs: []ability{subjectStore},
		f: func(c *check) {
			mine := c.records("alice", 2)
			c.cancelled(func(ctx context.Context) error {
				_, err := session.DeleteBySubject(ctx, c.a, "alice")
				return err
			})
			c.stay(mine)
		},
	},
	{
		name:  "context/list",
		rule:  ruleContext,
		needs: []ability{lister},
		f: func(c *check) {
			c.records("alice", 2)
			c.cancelled(func(ctx context.Context) error {
				_, _, err := session.List(ctx, c.a, "", 10)
				return err
			})
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
	ctx, cancel = context.WithDeadline(c.ctx, past())
	defer cancel()
	if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
		c.errorf("error %v, want %v", err, context.DeadlineExceeded)
	}
}
