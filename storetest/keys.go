package storetest

import (
	"fmt"
	"strings"

	"github.com/coatcheck-go/session"
)

const ruleKeys = "Keys are compared byte by byte."

var keyCases = []testCase{
	{
		name: "keys/every-byte",
		rule: ruleKeys,
		f: func(c *check) {
			var keys []session.Key
			for b := range 256 {
				keys = append(keys, session.Key(strings.Repeat("k", 31)+string([]byte{byte(b)})))
			}
			c.distinct(keys)
		},
	},
	{
		name: "keys/lengths",
		rule: ruleKeys,
		f: func(c *check) {
			var keys []session.Key
			for n := 1; n <= 128; n++ {
				keys = append(keys, session.Key(strings.Repeat("k", n)))
			}
			c.distinct(keys)
		},
	},
	{
		name: "keys/case",
		rule: ruleKeys,
		f:    func(c *check) { c.distinct([]session.Key{"key", "Key", "KEY", "kEy", "é", "É", "e", "e\u0301"}) },
	},
	{
		name: "keys/ends",
		rule: ruleKeys,
		f: func(c *check) {
			c.distinct([]session.Key{"key", "key\x00", "key\x00\x00", "key ", "key  ", " key", "\x00key", "key\n", "key\t", "ke", "ke\x00y"})
		},
	},
	{
		name: "keys/syntax",
		rule: ruleKeys,
		f: func(c *check) {
			c.distinct([]session.Key{".", "..", "/", "../key", "a/b", `a\b`, "a:b", "*", "%", "_", "'", `"`, "%00", "a\xffb", "a\xfeb", "con", "nul"})
		},
	},
}

// distinct checks that no key of keys stands for another.
func (c *check) distinct(keys []session.Key) {
	recs := make([]session.Record, len(keys))
	for i, key := range keys {
		recs[i] = c.put(key, rec(fmt.Sprint(i)))
	}
	for i, key := range keys {
		c.holds(key, recs[i])
	}
	for i, key := range keys {
		if i%2 == 0 {
			c.delete(key)
		}
	}
	for i, key := range keys {
		if i%2 == 0 {
			c.absent(key)
		} else {
			c.holds(key, recs[i])
		}
	}
}
