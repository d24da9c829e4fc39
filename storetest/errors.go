package storetest

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

var errorCases = []testCase{
	{
		name: "errors/wrapped",
		rule: "They are always wrapped; test with [errors.Is].",
		f: func(c *check) {
			for _, err := range c.everyError() {
				if err == session.ErrNotFound || err == session.ErrConflict || err == session.ErrBroken {
					c.errorf("a bare %q, that doesn't tell where it comes from", err)
				}
			}
		},
	},
	{
		name: "errors/no-secret",
		rule: "No error's text holds a key, a subject or data.",
		f: func(c *check) {
			for i, err := range c.everyError() {
				if what := leaked(fmt.Sprintf("%v %+v", err, err)); what != "" {
					c.errorf("error %d (%T) shows %s", i, err, what)
				}
			}
		},
	},
}

const (
	secretKey     = session.Key("key-\xfa\xfb\xfc\xfd\xfe of \"32\" bytes\n-----")
	secretData    = "data-\xfa\xfb\xfc of a session\n"
	secretSubject = "subject-of-a-secret"
)

// everyError returns all errors that calls about secretKey can be made to
// return.
func (c *check) everyError() (all []error) {
	done, cancel := context.WithCancel(c.ctx)
	cancel()
	r := rec(secretData)
	r.Subject = secretSubject
	try := func(ctx context.Context) {
		for _, err := range c.tryAll(ctx, r) {
			if err != nil {
				all = append(all, err)
			}
		}
	}
	try(c.ctx)
	try(done)
	c.put(secretKey, r)
	try(c.ctx)
	try(done)
	return all
}

// tryAll calls all that can fail with an old that never was. It changes
// nothing.
func (c *check) tryAll(ctx context.Context, old session.Record) []error {
	_, load := c.a.Load(ctx, secretKey)
	_, update := c.a.Update(ctx, secretKey, old, old)
	_, touch := session.Touch(ctx, c.a, secretKey, old, in(time.Hour))
	_, replace := session.Replace(ctx, c.a, secretKey, old, old, c.key(), old)
	errs := []error{load, update, touch, replace}
	if ctx.Err() != nil {
		errs = append(errs, c.a.Delete(ctx, secretKey))
	}
	if _, err := c.a.Load(c.ctx, secretKey); err == nil || ctx.Err() != nil {
		_, create := c.a.Create(ctx, secretKey, old)
		errs = append(errs, create)
	}
	return errs
}

// leaked tells which secret text shows, in whatever writing.
func leaked(text string) string {
	text = strings.ToLower(text)
	for _, form := range writings(string(secretKey)) {
		if strings.Contains(text, strings.ToLower(form)) {
			return "the key"
		}
	}
	for _, form := range writings(secretData) {
		if strings.Contains(text, strings.ToLower(form)) {
			return "the data"
		}
	}
	if strings.Contains(text, secretSubject) {
		return "the subject"
	}
	return ""
}

// writings returns the forms in which a program may print s.
func writings(s string) []string {
	return []string{
		s,
		strings.Trim(fmt.Sprintf("%q", s), `"`),
		strings.Trim(fmt.Sprintf("%+q", s), `"`),
		strings.Trim(fmt.Sprint([]byte(s)), "[]"),
		hex.EncodeToString([]byte(s)),
		base64.RawStdEncoding.EncodeToString([]byte(s)),
		base64.RawURLEncoding.EncodeToString([]byte(s)),
	}
}
