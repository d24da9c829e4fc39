package storetest

import (
	"time"

	"github.com/coatcheck-go/session"
)

const (
	ruleBySubject       = "BySubject returns the live records of subject, in no order, without those that can't be read."
	ruleDeleteBySubject = "DeleteBySubject deletes all records of subject, readable or not, but those under the keys in except, and tells how many."
)

var subjectCases = []testCase{
	{
		name:  "subject/all",
		rule:  ruleBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			mine := c.records("alice", 3)
			c.records("bob", 2)
			c.records("", 2)
			c.belong("alice", mine)
			c.belong("carol", nil)
		},
	},
	{
		name:  "subject/live",
		rule:  ruleBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			mine := c.records("alice", 4)
			c.update(mine[0].Key, mine[0].Record, ended(mine[0].Record))
			c.delete(mine[1].Key)
			c.touch(mine[2].Key, mine[2].Record, past())
			c.belong("alice", mine[3:])
		},
	},
	{
		name:  "subject/updated",
		rule:  ruleBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			mine := c.records("alice", 2)
			mine[0].Record = c.update(mine[0].Key, mine[0].Record, owned("bob"))
			c.belong("alice", mine[1:])
			c.belong("bob", mine[:1])
			mine[0].Record = c.update(mine[0].Key, mine[0].Record, owned(""))
			c.belong("bob", nil)
			mine[0].Record = c.update(mine[0].Key, mine[0].Record, owned("alice"))
			c.belong("alice", mine)
		},
	},
	{
		name:  "subject/touched",
		rule:  ruleBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			mine := c.records("alice", 1)
			mine[0].Record = c.touch(mine[0].Key, mine[0].Record, in(400*24*time.Hour))
			c.belong("alice", mine)
		},
	},
	{
		name:  "subject/created-anew",
		rule:  ruleBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			mine := c.records("alice", 2)
			c.update(mine[0].Key, mine[0].Record, ended(mine[0].Record))
			c.delete(mine[1].Key)
			for i := range mine {
				mine[i].Record = c.put(mine[i].Key, owned("bob"))
			}
			c.belong("alice", nil)
			c.belong("bob", mine)
		},
	},
	{
		name:  "subject/replaced",
		rule:  ruleBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			was := c.records("alice", 1)[0]
			is := session.Entry{Key: c.key()}
			is.Record = c.replace(was.Key, was.Record, owned(""), is.Key, owned("alice"))
			c.belong("alice", []session.Entry{is})
		},
	},
	{
		name:  "subject/alike",
		rule:  ruleSubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			entries := make([][]session.Entry, len(subjects))
			for i, subject := range subjects {
				entries[i] = c.records(subject, 1)
			}
			for i, subject := range subjects {
				c.belong(subject, entries[i])
			}
			c.endSubject(c.a, subjects[0])
			c.belong(subjects[0], nil)
			for i, subject := range subjects[1:] {
				c.belong(subject, entries[i+1])
			}
		},
	},
	{
		name:  "subject/delete",
		rule:  ruleDeleteBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			mine, others, nobodys := c.records("alice", 3), c.records("bob", 1), c.records("", 1)
			c.ends(3, "alice")
			c.ends(0, "alice")
			c.belong("alice", nil)
			c.gone(mine)
			c.stay(others)
			c.stay(nobodys)
		},
	},
	{
		name:  "subject/delete-except",
		rule:  ruleDeleteBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			mine, others := c.records("alice", 5), c.records("bob", 1)
			c.ends(3, "alice", mine[1].Key, c.key(), others[0].Key, mine[3].Key, mine[3].Key)
			stay := []session.Entry{mine[1], mine[3]}
			c.belong("alice", stay)
			c.stay(stay)
			c.gone([]session.Entry{mine[0], mine[2], mine[4]})
			c.stay(others)
		},
	},
	{
		name:  "subject/delete-many",
		rule:  ruleDeleteBySubject,
		needs: []ability{subjectStore},
		f: func(c *check) {
			const n, stay = 250, 120
			mine := c.records("alice", n)
			var except []session.Key
			for _, e := range mine[:stay] {
				except = append(except, e.Key)
			}
			c.ends(n-stay, "alice", except...)
			c.belong("alice", mine[:stay])
			c.ends(stay, "alice")
			c.belong("alice", nil)
		},
	},
}

// owned returns a record of subject.
func owned(subject string) session.Record {
	r := rec("of somebody")
	r.Subject = subject
	return r
}

// records creates n records of subject.
func (c *check) records(subject string, n int) (all []session.Entry) {
	for range n {
		key, r := c.create(owned(subject))
		all = append(all, session.Entry{Key: key, Record: r})
	}
	return all
}

// belong checks that want are the live records of subject.
func (c *check) belong(subject string, want []session.Entry) {
	got, err := session.BySubject(c.ctx, c.a, subject)
	c.must("BySubject", err)
	c.contain("BySubject", got, want)
}

// contain checks that got is want, in any order.
func (c *check) contain(what string, got, want []session.Entry) {
	found := make(map[session.Key]session.Record, len(got))
	for _, e := range got {
		if _, twice := found[e.Key]; twice {
			c.errorf("%s: a record twice", what)
		}
		found[e.Key] = e.Record
	}
	if len(found) != len(want) {
		c.errorf("%s: %d records, want %d", what, len(found), len(want))
		return
	}
	for _, e := range want {
		if r, ok := found[e.Key]; !ok {
			c.errorf("%s: a record is missing, another is there instead", what)
		} else {
			c.same(what, r, e.Record)
		}
	}
}

// ends checks that want records go when subject's are deleted.
func (c *check) ends(want int, subject string, except ...session.Key) {
	if n := c.endSubject(c.a, subject, except...); n != want {
		c.errorf("DeleteBySubject told of %d records, want %d", n, want)
	}
}

func (c *check) endSubject(s session.Store, subject string, except ...session.Key) int {
	n, err := session.DeleteBySubject(c.ctx, s, subject, except...)
	c.must("DeleteBySubject", err)
	return n
}

func (c *check) stay(entries []session.Entry) {
	for _, e := range entries {
		c.holds(e.Key, e.Record)
	}
}

func (c *check) gone(entries []session.Entry) {
	for _, e := range entries {
		c.absent(e.Key)
	}
}
