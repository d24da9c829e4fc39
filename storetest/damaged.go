package storetest

import (
	"testing"

	session "github.com/coatcheck-go/session"
)

// RunDamaged runs the cases about records that can't be read, as subtests of t.
// It is for stores whose records have a format of their own, such as a file's.
//
// open returns a handle on an empty store, and a function that damages the
// record under key behind the store's back, so that it can't be read any more.
func RunDamaged(t *testing.T, open func(t *testing.T) (s session.Store, damage func(key session.Key))) {
	for _, tc := range damagedCases {
		t.Run(tc.name, func(t *testing.T) {
			s, damage := open(t)
			tc.report(t, tc.run(t.Context(), &check{a: s, b: s, damage: damage}))
		})
	}
}

var damagedCases = []testCase{
	{
		name: "damaged/load",
		rule: "ErrBroken: there is one that can't be read.",
		f: func(c *check) {
			key := c.damaged()
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
			key := c.damaged()
			c.holds(key, c.put(key, rec("two")))
		},
	},
	{
		name: "damaged/delete",
		rule: "Delete removes the record under key, readable or not.",
		f: func(c *check) {
			key := c.damaged()
			c.delete(key)
			c.absent(key)
		},
	},
}

// damaged returns the key of a record that can't be read, beside a sound one.
func (c *check) damaged() session.Key {
	c.create(rec("sound"))
	key, _ := c.create(rec("to be damaged"))
	c.damage(key)
	return key
}
