package storetest

import (
	"slices"

	"github.com/coatcheck-go/session"
)

const (
	ruleList     = `List returns up to about limit live, readable records and where to go on: the first page has cursor "", and next is "" after the last.`
	ruleListOnce = "A record that is there throughout is listed once; one that comes, goes or changes meanwhile may be missing."
)

var listCases = []testCase{
	{
		name:  "list/all",
		rule:  ruleListOnce,
		needs: []ability{lister},
		f: func(c *check) {
			want := slices.Concat(c.records("alice", 20), c.records("bob", 20), c.records("", 20))
			for _, limit := range []int{1, 3, 100} {
				c.contain("List", c.list(limit, func() {}), want)
			}
		},
	},
	{
		name:  "list/live",
		rule:  ruleList,
		needs: []ability{lister},
		f: func(c *check) {
			want := c.records("alice", 4)
			c.update(want[0].Key, want[0].Record, ended(want[0].Record))
			c.delete(want[1].Key)
			c.contain("List", c.list(1, func() {}), want[2:])
		},
	},
	{
		name:  "list/empty",
		rule:  ruleList,
		needs: []ability{lister},
		f:     func(c *check) { c.contain("List", c.list(10, func() {}), nil) },
	},
	{
		name:  "list/pages",
		rule:  ruleList,
		needs: []ability{lister},
		f: func(c *check) {
			const n = 100
			c.records("alice", n)
			page, next, err := session.List(c.ctx, c.a, "", 3)
			c.must("List", err)
			if len(page) == n || next == "" {
				c.errorf("List: %d of %d records on the first page, its limit was 3", len(page), n)
			}
		},
	},
	{
		name:  "list/changing",
		rule:  ruleListOnce,
		needs: []ability{lister},
		f: func(c *check) {
			for _, limit := range []int{1, 3, 100} {
				c.listChanging(limit)
			}
		},
	},
}

// listChanging lists while other records come and go after every page.
func (c *check) listChanging(limit int) {
	stable, passing := c.records("alice", 40), c.records("bob", 40)
	isStable := make(map[session.Key]bool)
	for _, e := range stable {
		isStable[e.Key] = true
	}
	got := c.list(limit, func() {
		if len(passing) > 0 {
			c.delete(passing[0].Key)
			passing = passing[1:]
			c.records("bob", 1)
		}
	})
	got = slices.DeleteFunc(got, func(e session.Entry) bool { return !isStable[e.Key] })
	c.contain("List", got, stable)
	c.endAll(stable)
}

func (c *check) endAll(entries []session.Entry) {
	for _, e := range entries {
		c.delete(e.Key)
	}
}

// list returns all pages and calls between after each of them.
func (c *check) list(limit int, between func()) (all []session.Entry) {
	const tooMany = 10_000
	cursor := ""
	for range tooMany {
		page, next, err := session.List(c.ctx, c.a, cursor, limit)
		c.must("List", err)
		all = append(all, page...)
		if next == "" {
			return all
		}
		cursor = next
		between()
	}
	c.fatalf("List: no end after %d pages", tooMany)
	return nil
}
