package kvtest

import (
	"errors"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

const ruleUntil = "GetUntil is Get, and tells when the value's time is over, to within two seconds;"

// inexact is by how much a time that is told may be wrong.
const inexact = 2 * time.Second

// untilCases are for a [kv.Expirer]; of another store they check its Get.
var untilCases = []testCase{
	{
		name: "until/tells",
		rule: ruleUntil,
		f: func(c *check) {
			key := c.key()
			c.must("Add", c.a.Add(c.ctx, key, "one", time.Minute))
			c.tells(key, "one", time.Minute)
			c.swap(key, "one", "two")
			c.tells(key, "two", time.Hour)
		},
	},
	{
		name: "until/nothing",
		rule: ruleUntil,
		f: func(c *check) {
			_, _, err := kv.GetUntil(c.ctx, c.a, c.key())
			c.refused("GetUntil where nothing is", err, session.ErrNotFound)
		},
	},
}

// tells checks a value that was written just now, and when it is said to end.
func (c *check) tells(key, want string, ttl time.Duration) {
	asked := time.Now()
	value, until, err := kv.GetUntil(c.ctx, c.a, key)
	c.must("GetUntil", err)
	if value != want {
		c.errorf("GetUntil: another value than was written")
	}
	if e, ok := c.a.(kv.Expirer); !ok || cantTell(c, e, key) {
		return
	}
	if off := until.Sub(asked) - ttl; off < -inexact-time.Since(asked) || off > inexact {
		c.errorf("GetUntil: the end is told %v too late", off)
	}
}

func cantTell(c *check, e kv.Expirer, key string) bool {
	_, _, err := e.GetUntil(c.ctx, key)
	return errors.Is(err, errors.ErrUnsupported)
}
