package storetest

import (
	"slices"

	"github.com/coatcheck-go/session"
)

const ruleCaller = "They are strings since strings can't change: a record may be shared and handed out without copying."

var callerCases = []testCase{
	{
		name:  "caller/by-subject",
		rule:  ruleCaller,
		needs: []ability{subjectStore},
		f: func(c *check) {
			mine := c.records("alice", 3)
			got, err := session.BySubject(c.ctx, c.a, "alice")
			c.must("BySubject", err)
			scribble(got)
			c.belong("alice", mine)
			c.stay(mine)
		},
	},
	{
		name:  "caller/list",
		rule:  ruleCaller,
		needs: []ability{lister},
		f: func(c *check) {
			mine := c.records("alice", 3)
			got, _, err := session.List(c.ctx, c.a, "", 10)
			c.must("List", err)
			scribble(got)
			c.contain("List", c.list(10, func() {}), mine)
			c.stay(mine)
		},
	},
	{
		name:  "caller/except",
		rule:  "All methods are safe for concurrent use.",
		needs: []ability{subjectStore},
		f: func(c *check) {
			except := []session.Key{"c", "a", "b", "a"}
			was := slices.Clone(except)
			c.records("alice", 3)
			c.endSubject(c.a, "alice", except...)
			if !slices.Equal(except, was) {
				c.errorf("DeleteBySubject changed its caller's slice, which may be in use elsewhere")
			}
		},
	},
}

// scribble does to entries what their owner may do.
func scribble(entries []session.Entry) {
	for i := range entries {
		entries[i] = session.Entry{Key: "scribbled", Record: session.Record{Data: "scribbled"}}
	}
}
