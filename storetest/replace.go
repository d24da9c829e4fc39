package storetest

import "github.com/coatcheck-go/session"

const (
	ruleReplace        = "Replace creates newRec under newKey and puts rec in the place of old under key, both or neither, and returns the version of newRec."
	ruleReplaceRefused = "ErrNotFound, ErrConflict: as Update, for key; ErrConflict also if there is a live record under newKey."
)

// All of these hold for every store, since session.Replace knows what to do
// without the ability; only a witness could tell (see race.go).
var replaceCases = append([]testCase{
	{
		name: "replace/both",
		rule: ruleReplace,
		f: func(c *check) {
			const callers = 1<<63 + 12345
			key, old := c.create(rec("one"))
			newKey, left, moved := c.key(), rec("moved"), rec("one, elsewhere")
			left.Version, moved.Version = callers, callers
			moved = c.replace(key, old, left, newKey, moved)
			c.holds(newKey, moved)
			c.holds(newKey, c.update(newKey, moved, rec("two")))
			left.Version = c.version(key)
			c.holds(key, left)
			if moved.Version == callers || left.Version == callers {
				c.errorf("Replace took the caller's Version")
			}
		},
	},
	{
		name: "replace/stale-after",
		rule: ruleVeryRecord,
		f: func(c *check) {
			key, old := c.create(rec("one"))
			c.replace(key, old, old, c.key(), rec("one"))
			c.updateRefused(key, old, session.ErrConflict)
		},
	},
	{
		name: "replace/ends",
		rule: ruleReplace,
		f: func(c *check) {
			key, old := c.create(rec("one"))
			newKey := c.key()
			moved := c.replace(key, old, ended(old), newKey, rec("two"))
			c.absent(key)
			c.holds(newKey, moved)
		},
	},
	{
		name: "replace/over-expired",
		rule: "A dead or unreadable one is no hindrance and is written over.",
		f: func(c *check) {
			newKey, dead := c.create(rec("dead"))
			c.update(newKey, dead, ended(dead))
			key, old := c.create(rec("one"))
			c.holds(newKey, c.replace(key, old, rec("moved"), newKey, rec("two")))
		},
	},
	{
		name: "replace/taken",
		rule: ruleReplaceRefused,
		f: func(c *check) {
			key, old := c.create(rec("one"))
			newKey, r := c.create(rec("in the way"))
			_, err := session.Replace(c.ctx, c.a, key, old, rec("moved"), newKey, rec("two"))
			c.refused("Replace onto a live record", err, session.ErrConflict)
			c.holds(key, old)
			c.holds(newKey, r)
		},
	},
}, refusals("replace", ruleReplaceRefused, (*check).replaceRefused)...)

// replace moves old from key to newKey, and returns the record it became there.
func (c *check) replace(key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) session.Record {
	v, err := session.Replace(c.ctx, c.a, key, old, r, newKey, newRec)
	c.must("Replace", err)
	newRec.Version = v
	return newRec
}

func (c *check) replaceRefused(key session.Key, old session.Record, want error) {
	newKey := c.key()
	_, err := session.Replace(c.ctx, c.a, key, old, rec("moved"), newKey, rec("two"))
	c.refused("Replace", err, want)
	c.absent(newKey)
}

// version returns what only the store can tell: the version under key.
func (c *check) version(key session.Key) uint64 {
	r, err := c.a.Load(c.ctx, key)
	c.must("Load", err)
	return r.Version
}
