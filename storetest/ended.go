package storetest

import (
	"runtime"
	"time"

	"github.com/coatcheck-go/session"
)

const (
	ruleNoReturn   = "So a session that was ended can't come back, whatever else is in flight."
	ruleSubjectEnd = "When it returns, every record of the subject that was there when it was called is gone, and so is every record that replaced such a one meanwhile (see Replacer)."
)

var endedCases = []testCase{
	{
		name: "ended/update",
		rule: ruleNoReturn,
		f: func(c *check) {
			c.deleteDuring(func(key session.Key, old session.Record) error {
				_, err := c.b.Update(c.ctx, key, old, rec("two"))
				return err
			})
		},
	},
	{
		name: "ended/touch",
		rule: ruleNoReturn,
		f: func(c *check) {
			c.deleteDuring(func(key session.Key, old session.Record) error {
				_, err := session.Touch(c.ctx, c.b, key, old, in(2*time.Hour))
				return err
			})
		},
	},
	{
		name: "ended/replace",
		rule: ruleNoReturn,
		f: func(c *check) {
			c.deleteDuring(func(key session.Key, old session.Record) error {
				newKey := c.key()
				_, err := session.Replace(c.ctx, c.b, key, old, rec("moved"), newKey, rec("two"))
				if err != nil {
					c.absent(newKey)
				}
				return err
			})
		},
	},
	{
		name: "ended/created-anew",
		rule: ruleVeryRecord,
		f:    func(c *check) { c.rounds(c.updateDuringRevival) },
	},
	{
		name:  "ended/subject-update",
		rule:  ruleSubjectEnd,
		needs: []ability{subjectStore},
		f:     func(c *check) { c.rounds(c.endSubjectDuringUpdates) },
	},
	{
		name:  "ended/subject-replace",
		rule:  ruleSubjectEnd,
		needs: []ability{subjectStore, replacer},
		f:     func(c *check) { c.rounds(c.endSubjectDuringRotations) },
	},
}

// deleteDuring deletes a record while it is written. Whichever is first, it is
// gone when both have returned.
func (c *check) deleteDuring(write func(session.Key, session.Record) error) {
	c.rounds(func() {
		key, old := c.create(rec("one"))
		together(
			func() { c.delete(key) },
			func() {
				if err := write(key, old); err != nil {
					c.refused("a write that came after Delete", err, session.ErrNotFound)
				}
			},
		)
		c.absent(key)
	})
}

// updateDuringRevival writes over a record that is deleted and created anew
// meanwhile: the new one is never overwritten.
func (c *check) updateDuringRevival() {
	key, old := c.create(rec("one"))
	var anew session.Record
	together(
		func() {
			c.delete(key)
			anew = c.put(key, rec("anew"))
		},
		func() { _, _ = c.b.Update(c.ctx, key, old, rec("two")) },
		func() { _, _ = session.Touch(c.ctx, c.b, key, old, in(2*time.Hour)) },
	)
	c.holds(key, anew)
}

// endSubjectDuringUpdates deletes a user's records while they are written.
func (c *check) endSubjectDuringUpdates() {
	mine := c.records("alice", 8)
	together(
		func() { c.endSubject(c.a, "alice") },
		func() {
			for _, e := range mine {
				_, _ = c.b.Update(c.ctx, e.Key, e.Record, owned("alice"))
			}
		},
	)
	c.gone(mine)
	c.belong("alice", nil)
}

// endSubjectDuringRotations deletes a user's records while each of them moves
// on from key to key: none gets away.
func (c *check) endSubjectDuringRotations() {
	const rotators = 4
	mine := c.records("alice", rotators)
	crowd(rotators+1, func(i int) {
		if i < rotators {
			c.rotate(mine[i])
			return
		}
		c.endSubject(c.a, "alice")
		c.belong("alice", nil)
	})
	c.belong("alice", nil)
}

// rotate moves e on until it is gone, or far enough.
func (c *check) rotate(e session.Entry) {
	const enough = 20
	for range enough {
		next := session.Entry{Key: c.key(), Record: owned("alice")}
		v, err := session.Replace(c.ctx, c.b, e.Key, e.Record, ended(e.Record), next.Key, next.Record)
		if err != nil {
			c.refused("Replace of a record that was ended", err, session.ErrNotFound)
			return
		}
		next.Record.Version = v
		e = next
		runtime.Gosched()
	}
}
