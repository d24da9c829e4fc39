package storetest

import (
	"testing"

	"github.com/coatcheck-go/session"
)

// RunDamaged runs the cases about records that can't be read, as subtests of t.
// It is for stores whose records have a format of their own, such as a file's.
//
// open returns a handle on an empty store, and a function that damages the
// record under key behind the store's back, so that it can't be read any more.
// It leaves alone what the store keeps besides, such as an index by subject.
func RunDamaged(t *testing.T, open func(t *testing.T) (s session.Store, damage func(key session.Key))) {
	for _, tc := range damagedCases {
		t.Run(tc.name, func(t *testing.T) {
			s, damage := open(t)
			tc.test(t, &check{a: s, b: s, damage: damage})
		})
	}
}

var damagedCases = []testCase{
	{
		name: "damaged/load",
		rule: "ErrBroken: there is one that can't be read.",
		f: func(c *check) {
			key, _ := c.damaged()
			for range 2 {
				_, err := c.a.Load(c.ctx, key)
				c.refused("Load of a damaged record", err, session.ErrBroken)
			}
		},
	},
	{
		name: "damaged/create",
		rule: "A dead or unreadable one is no hindrance and is written over.",
		f: func(c *check) {
			key, _ := c.damaged()
			c.holds(key, c.put(key, rec("two")))
		},
	},
	{
		name: "damaged/update",
		rule: "ErrBroken: there is another that can't be read.",
		f: func(c *check) {
			key, sound := c.damaged()
			_, err := c.a.Update(c.ctx, key, session.Record{}, rec("two"))
			c.refused("Update of a damaged record", err, session.ErrBroken)
			c.holds(sound.Key, sound.Record)
		},
	},
	{
		name: "damaged/delete",
		rule: "Delete removes the record under key, readable or not.",
		f: func(c *check) {
			key, sound := c.damaged()
			c.delete(key)
			c.absent(key)
			c.holds(sound.Key, sound.Record)
		},
	},
	{
		name:  "damaged/by-subject",
		rule:  ruleBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			_, sound := c.damaged()
			c.belong(sound.Record.Subject, []session.Entry{sound})
		},
	},
	{
		name:  "damaged/delete-by-subject",
		rule:  ruleDeleteBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			key, sound := c.damaged()
			c.ends(2, sound.Record.Subject)
			c.absent(key)
		},
	},
	{
		name:  "damaged/list",
		rule:  ruleList,
		needs: []ability{lister},
		f: func(c *check) {
			_, sound := c.damaged()
			c.contain("List", c.list(1, func() {}), []session.Entry{sound})
		},
	},
}

// damaged returns the key of a record that can't be read, and a sound one of
// the same subject.
func (c *check) damaged() (session.Key, session.Entry) {
	both := c.records("alice", 2)
	c.damage(both[0].Key)
	return both[0].Key, both[1]
}
