package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
)

// A namedEngine takes session["username"] for who is signed in, as Flask's applications
// do. It is for a site that can't ask Django's table of users. The name is no value of the
// session then: only Login sets it.
type namedEngine struct{ *django.Engine }

var errUsername = fmt.Errorf("%q says who is signed in, it is set by signing in: %w", usernameKey, errors.ErrUnsupported)

// Open implements session.Engine.
func (e namedEngine) Open(ctx context.Context, token string, s *session.Snapshot) error {
	if err := e.Engine.Open(ctx, token, s); err != nil {
		return err
	}
	raw, _ := s.Values.Get(usernameKey)
	if name := readName(raw); name != "" {
		s.Subject = name
		s.Values.Delete(usernameKey)
	}
	return nil
}

// readName returns the name that raw holds, "" if it is none.
func readName(raw string) (name string) {
	if err := (django.Codec{}).Unmarshal([]byte(raw), &name); err != nil || len(name) > 255 || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return ""
	}
	return name
}

// Keep implements session.Engine.
func (e namedEngine) Keep(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	name, values := s.Subject, s.Values
	next, err := withName(values, name)
	if err != nil {
		return "", err
	}
	s.Subject, s.Values = "", next
	defer func() { s.Subject, s.Values = name, values }()
	return e.Engine.Keep(ctx, old, s, grace)
}

// withName returns the values and the name among them. A name that is there already was
// set as a value, for Open takes it out. Anything else under its key signs nobody in, and
// stays until somebody does.
func withName(values session.Values, name string) (next session.Values, err error) {
	for key, raw := range values.All() {
		switch {
		case key == usernameKey && readName(raw) != "":
			return next, errUsername
		case key != usernameKey || name == "":
			next.Set(key, raw)
		}
	}
	if name == "" {
		return next, nil
	}
	raw, err := django.Codec{}.Marshal(name)
	if err == nil {
		next.Set(usernameKey, string(raw))
	}
	return next, err
}
