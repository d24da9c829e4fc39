package storetest

var deleteCases = []testCase{
	{
		name: "delete/live",
		rule: "Delete removes the record under key, readable or not.",
		f: func(c *check) {
			key, _ := c.create(rec("one"))
			other, r := c.create(rec("two"))
			c.delete(key)
			c.absent(key)
			c.holds(other, r)
		},
	},
	{
		name: "delete/absent",
		rule: "It is no error that there is none.",
		f: func(c *check) {
			c.delete(c.key())
			key, _ := c.create(rec("one"))
			c.delete(key)
			c.delete(key)
			key, r := c.create(rec("two"))
			c.update(key, r, ended(r))
			c.delete(key)
		},
	},
}
