package kvtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/coatcheck-go/session/kv"
)

const (
	ruleKeys   = "Keys are 1 to [MaxKey] bytes of visible ASCII;"
	ruleValues = "values are any bytes, perhaps none, up to [MaxValue]."
)

var valueCases = []testCase{
	{
		name: "keys/every-byte",
		rule: ruleKeys,
		f: func(c *check) {
			var keys []string
			for b := '!'; b <= '~'; b++ {
				keys = append(keys, "kvtest"+string(b))
			}
			c.distinct(keys)
		},
	},
	{
		name: "keys/lengths",
		rule: ruleKeys,
		f: func(c *check) {
			var keys []string
			for _, n := range []int{7, 8, 100, 128, 200, kv.MaxKey - 1, kv.MaxKey} {
				keys = append(keys, ("kvtest" + strings.Repeat("k", n))[:n])
			}
			c.distinct(keys)
		},
	},
	{
		name: "values/none",
		rule: ruleValues,
		f:    func(c *check) { c.comesBack("") },
	},
	{
		name: "values/binary",
		rule: ruleValues,
		f: func(c *check) {
			var all [256]byte
			for i := range all {
				all[i] = byte(i)
			}
			for _, value := range []string{string(all[:]), "\x00", "a\x00", "\xff\xfe", "one\r\n", "\r\nEND\r\n", " one ", "7", "-1"} {
				c.comesBack(value)
			}
		},
	},
	{
		name: "values/largest",
		rule: ruleValues,
		f:    func(c *check) { c.comesBack(strings.Repeat("0123456\xff", kv.MaxValue/8)) },
	},
}

// distinct checks that no key of keys stands for another.
func (c *check) distinct(keys []string) {
	for i, key := range keys {
		c.must("Add", c.a.Add(c.ctx, c.use(key), fmt.Sprint(i), time.Hour))
	}
	for i, key := range keys {
		c.holds(key, fmt.Sprint(i))
	}
	for _, key := range keys[1:] {
		c.must("Delete", c.a.Delete(c.ctx, key))
	}
	c.holds(keys[0], "0")
}

// comesBack checks that value is the same after Add and after Swap, and can be
// swapped.
func (c *check) comesBack(value string) {
	key := c.add(value)
	c.holds(key, value)
	c.swap(key, value, "another")
	c.swap(key, "another", value)
	c.holds(key, value)
}
