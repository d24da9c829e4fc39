package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
)

// An op is a method of SessionStore. Its result is none, a bool, a number, or the texts of
// values; nil where Python has nothing.
type op func(ctx context.Context, v *visit, a args) (any, error)

var ops = map[string]op{
	"get":                dictOp(get),
	"set":                dictOp(func(s *session.Session, a args) (any, error) { return nil, set(s, a.Name, a.Value) }),
	"del":                dictOp(del),
	"pop":                dictOp(pop),
	"setdefault":         dictOp(setDefault),
	"update":             dictOp(update),
	"has_key":            dictOp(func(s *session.Session, a args) (any, error) { return s.Has(inGo(a.Name)) }),
	"keys":               dictOp(func(s *session.Session, _ args) (any, error) { return keys(s) }),
	"items":              dictOp(func(s *session.Session, _ args) (any, error) { return items(s) }),
	"set_test_cookie":    dictOp(func(s *session.Session, _ args) (any, error) { return nil, s.SetTestCookie() }),
	"test_cookie_worked": dictOp(func(s *session.Session, _ args) (any, error) { return s.TestCookieWorked() }),
	"delete_test_cookie": dictOp(deleteTestCookie),

	"clear":     clearAll,
	"is_empty":  isEmpty,
	"load":      loadAnew,
	"exists":    exists,
	"check_key": func(ctx context.Context, v *visit, a args) (any, error) { return nil, v.place.checkKey(ctx, a.Key) },
	"create":    func(ctx context.Context, v *visit, _ args) (any, error) { return nil, v.create(ctx, "") },
	"save":      func(ctx context.Context, v *visit, a args) (any, error) { return nil, v.save(ctx, a.MustCreate) },
	"delete":    func(ctx context.Context, v *visit, a args) (any, error) { return nil, v.remove(ctx, a.Key) },
	"flush":     func(ctx context.Context, v *visit, _ args) (any, error) { return nil, v.flush(ctx) },
	"cycle_key": func(ctx context.Context, v *visit, _ args) (any, error) { return nil, v.cycle(ctx) },
	"forget":    func(_ context.Context, v *visit, _ args) (any, error) { v.forget(); return nil, nil },

	"set_expiry":                  setExpiry,
	"get_expiry":                  getExpiry,
	"get_expire_at_browser_close": getBrowserClose,

	"open":          func(context.Context, *visit, args) (any, error) { return nil, nil },
	"clear_expired": func(ctx context.Context, v *visit, _ args) (any, error) { return nil, v.place.sweep(ctx) },
	"encode":        func(_ context.Context, v *visit, a args) (any, error) { return v.place.encode(a.Value) },
	"decode":        func(_ context.Context, v *visit, a args) (any, error) { return v.place.decode(a.Value) },
}

// dictOp is an op on what is in the session.
func dictOp(do func(s *session.Session, a args) (any, error)) op {
	return func(ctx context.Context, v *visit, a args) (any, error) {
		s, err := v.load(ctx)
		if err != nil {
			return nil, err
		}
		return do(s, a)
	}
}

// inGo is the name that a key of Django's has in a Session: messages are flashes there.
func inGo(name string) string {
	if name == "_messages" {
		return "_flashes"
	}
	return name
}

func inDjango(name string) string {
	if name == "_flashes" {
		return "_messages"
	}
	return name
}

// text returns the JSON of a value that is there.
func text(s *session.Session, name string) (string, error) {
	if raw, err := session.Get[json.RawMessage](s, name); err == nil {
		return string(raw), nil
	}
	value, err := s.Get(name) // it has NaN or Infinity in it, which package json doesn't know
	if err != nil {
		return "", err
	}
	raw, err := django.Codec{}.Marshal(value)
	return string(raw), err
}

// get returns nil for a key that isn't there.
func get(s *session.Session, a args) (any, error) {
	has, err := s.Has(inGo(a.Name))
	if err != nil || !has {
		return nil, err
	}
	return text(s, inGo(a.Name))
}

var errFlashes = fmt.Errorf("_flashes is where a Session has messages: %w", errors.ErrUnsupported)

func set(s *session.Session, name, value string) error {
	if name == "_flashes" {
		return errFlashes
	}
	if json.Valid([]byte(value)) {
		return s.Set(inGo(name), json.RawMessage(value))
	}
	var v any // it has NaN or Infinity in it
	if err := (django.Codec{}).Unmarshal([]byte(value), &v); err != nil {
		return err
	}
	return s.Set(inGo(name), v)
}

// del reports whether there was such a key.
func del(s *session.Session, a args) (any, error) {
	has, err := s.Has(inGo(a.Name))
	if err != nil {
		return nil, err
	}
	return has, s.Delete(inGo(a.Name))
}

func pop(s *session.Session, a args) (any, error) {
	value, err := get(s, a)
	if err != nil || value == nil {
		return nil, err
	}
	return value, s.Delete(inGo(a.Name))
}

// setDefault returns nil if it has set the value.
func setDefault(s *session.Session, a args) (any, error) {
	value, err := get(s, a)
	if err != nil || value != nil {
		return value, err
	}
	return nil, set(s, a.Name, a.Value)
}

// update keeps the order of the pairs, which Session.SetAll can't.
func update(s *session.Session, a args) (any, error) {
	for _, pair := range a.Pairs {
		if err := set(s, pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// deleteTestCookie reports whether there was one.
func deleteTestCookie(s *session.Session, _ args) (any, error) {
	has, err := s.Has("testcookie")
	if err != nil {
		return nil, err
	}
	return has, s.DeleteTestCookie()
}

func keys(s *session.Session) ([]string, error) {
	names, err := s.Keys()
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = inDjango(name)
	}
	return all, err
}

func items(s *session.Session) ([][2]string, error) {
	names, err := s.Keys()
	if err != nil {
		return nil, err
	}
	all := make([][2]string, len(names))
	for i, name := range names {
		value, err := text(s, name)
		if err != nil {
			return nil, err
		}
		all[i] = [2]string{inDjango(name), value}
	}
	return all, nil
}

// clearAll removes what is in the session, its own expiry included.
func clearAll(ctx context.Context, v *visit, _ args) (any, error) {
	s, err := v.load(ctx)
	if err != nil {
		return nil, err
	}
	v.expiry, v.expires = "", true
	return nil, s.Clear()
}

// isEmpty is Django's: there is no key, and nothing in what was read; an expiry counts.
func isEmpty(_ context.Context, v *visit, _ args) (any, error) {
	if v.key != "" || v.session == nil || v.expiry != "" {
		return v.key == "" && v.expiry == "", nil
	}
	return v.session.IsEmpty()
}

// loadAnew returns what is in the store; what this object has read and changed stays.
func loadAnew(ctx context.Context, v *visit, _ args) (any, error) {
	s, _, err := v.place.find(ctx, v.key)
	if err != nil {
		return nil, err
	}
	v.key = s.Token().Reveal()
	return items(s)
}

// exists is never true where the session is in the cookie: there is no other place.
func exists(ctx context.Context, v *visit, a args) (any, error) {
	if a.Key == "" || v.place.engine.ClientSide() {
		return false, nil
	}
	return v.place.manager.Exists(ctx, session.Token(a.Key))
}
