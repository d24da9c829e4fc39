package kvtest

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

const (
	secretKey   = "kvtest-secret-key"
	secretValue = "secret-\xfa\xfb-value\n"
)

var errorCases = []testCase{
	{
		name: "errors/secrets",
		rule: "No error's text holds a key or a value.",
		f: func(c *check) {
			c.use(secretKey)
			for i, err := range c.everyError() {
				if leaked(fmt.Sprintf("%v %+v", err, err)) {
					c.errorf("error %d (%T) shows the key or a value", i, err)
				}
			}
		},
	},
}

// everyError returns the errors that calls about secretKey can be made to return.
func (c *check) everyError() (all []error) {
	done, cancel := context.WithCancel(c.ctx)
	cancel()
	for _, ctx := range []context.Context{c.ctx, done} {
		_, get := c.a.Get(ctx, secretKey)
		all = append(all, get, c.a.Swap(ctx, secretKey, secretValue, secretValue, time.Hour))
	}
	c.must("Add", c.a.Add(c.ctx, secretKey, secretValue, time.Hour))
	for _, ctx := range []context.Context{c.ctx, done} {
		all = append(all,
			c.a.Swap(ctx, secretKey, "another", secretValue, time.Hour),
			c.a.Add(ctx, secretKey, secretValue, time.Hour))
	}
	return append(all, c.a.Delete(done, secretKey))
}

// leaked tells whether a secret shows in text, in whatever writing.
func leaked(text string) bool {
	text = strings.ToLower(text)
	for _, secret := range []string{secretKey, secretValue} {
		for _, form := range []string{
			secret,
			strings.Trim(fmt.Sprintf("%q", secret), `"`),
			strings.Trim(fmt.Sprint([]byte(secret)), "[]"),
			hex.EncodeToString([]byte(secret)),
			base64.RawStdEncoding.EncodeToString([]byte(secret)),
		} {
			if strings.Contains(text, strings.ToLower(form)) {
				return true
			}
		}
	}
	return false
}
