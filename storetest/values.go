package storetest

import (
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

const (
	ruleData    = "Data and Subject come back unchanged."
	ruleSubject = "any UTF-8 text without NUL of up to 255 bytes."
	ruleExpires = "Expires is when the store may forget the record, to the millisecond."
)

// subjects are all different people.
var subjects = []string{
	"jose", "Jose", "JOSE", "josé", "José", "jose\u0301", "jose ", "jose  ", " jose", "jose\t", "jos",
	"j%se", "j_se", "j*se", "jose:1", "jose/1", "'jose'", "ß", "ss", "ı", "i", "王", "👩‍💻",
	strings.Repeat("x", 254), strings.Repeat("x", 255), strings.Repeat("王", 85),
}

var valueCases = []testCase{
	{
		name: "data/empty",
		rule: "Data is the session in the engine's format: any bytes, perhaps none.",
		f:    func(c *check) { c.comesBack(rec("")) },
	},
	{
		name: "data/binary",
		rule: ruleData,
		f: func(c *check) {
			var all [256]byte
			for i := range all {
				all[i] = byte(i)
			}
			for _, data := range []string{string(all[:]), "\x00", "a\x00b\x00", "\xff\xfe\xc3\x28", "one\r\n", " one ", `\x6f\\`, "'\"`%s$1?"} {
				c.comesBack(rec(data))
			}
		},
	},
	{
		name: "data/1MiB",
		rule: "Every store takes at least 1 MiB.",
		f: func(c *check) {
			const size = 1 << 20
			c.comesBack(rec(strings.Repeat("0123456\xff", size/8)))
		},
	},
	{
		name: "data/nobody",
		rule: "Empty: nobody's.",
		f: func(c *check) {
			r := rec("one")
			r.Subject = ""
			c.comesBack(r)
		},
	},
	{
		name: "data/subject",
		rule: ruleSubject,
		f: func(c *check) {
			for _, subject := range subjects {
				r := rec("one")
				r.Subject = subject
				c.comesBack(r)
			}
		},
	},
	{
		name: "expires/millisecond",
		rule: ruleExpires,
		f: func(c *check) {
			for _, ms := range []time.Duration{1, 123, 500, 999} {
				r := rec("one")
				r.Expires = r.Expires.Add(ms * time.Millisecond)
				c.comesBack(r)
			}
		},
	},
	{
		name: "expires/finer",
		rule: ruleExpires,
		f: func(c *check) {
			r := rec("one")
			r.Expires = r.Expires.Add(999_999 * time.Nanosecond)
			key, _ := c.create(r)
			got, err := c.a.Load(c.ctx, key)
			c.must("Load", err)
			if off := got.Expires.Sub(r.Expires).Abs(); off >= time.Millisecond {
				c.errorf("Load: Expires is off by %v", off)
			}
		},
	},
	{
		name: "expires/zone",
		rule: ruleExpires,
		f: func(c *check) {
			r := rec("one")
			r.Expires = r.Expires.In(time.FixedZone("far east", 14*60*60))
			c.comesBack(r)
		},
	},
	{
		name: "expires/far",
		rule: ruleExpires,
		f: func(c *check) {
			const day = 24 * time.Hour
			for _, days := range []time.Duration{31, 400, 36500} {
				r := rec("one")
				r.Expires = in(days * day)
				c.comesBack(r)
			}
		},
	},
}

// comesBack checks that r is the same after Create and after Update.
func (c *check) comesBack(r session.Record) {
	key, created := c.create(r)
	c.holds(key, created)
	other, old := c.create(rec("old"))
	c.holds(other, c.update(other, old, r))
}
