package main

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
)

// namedManager keeps sessions in Django's cookie. Both managers read each other's tokens;
// for the second one "username" is a value like others.
func namedManager(t *testing.T) (named, plain *session.Manager) {
	t.Helper()
	engine, err := django.New(django.Options{SecretKeys: []string{djangoKey}})
	if err != nil {
		t.Fatal(err)
	}
	var managers [2]*session.Manager
	for i := range managers {
		config := djangoConfig(engine, i == 0)(session.Config{})
		if managers[i], err = session.New(config); err != nil {
			t.Fatal(err)
		}
	}
	return managers[0], managers[1]
}

// Who signs in is a value to Django, and no value here.
func TestNamedEngine(t *testing.T) {
	named, plain := namedManager(t)
	s := named.New(t.Context())
	err := errors.Join(s.Set("n", 1), s.Login("alice"), s.Save())
	if err != nil {
		t.Fatal(err)
	}
	there, err := plain.Open(t.Context(), s.Token())
	if err != nil {
		t.Fatal(err)
	}
	if name, err := session.Get[string](there, usernameKey); name != "alice" || err != nil {
		t.Errorf("Django reads %q, %v", name, err)
	}
	here, err := named.Open(t.Context(), s.Token())
	if err != nil {
		t.Fatal(err)
	}
	name, err := here.Subject()
	keys, keysErr := here.Keys()
	if name != "alice" || len(keys) != 1 || keys[0] != "n" || err != nil || keysErr != nil {
		t.Errorf("%q, %q, %v, %v", name, keys, err, keysErr)
	}
	if err := errors.Join(here.Set(usernameKey, "mallory"), here.Save()); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a value in the place of who is signed in: %v", err)
	}
}

// What is under the key and is no name is nobody, and stays until somebody signs in.
func TestNamedEngineOfOddNames(t *testing.T) {
	named, plain := namedManager(t)
	for _, odd := range []any{7, "", "a\x00b", []string{"alice"}} {
		s := plain.New(t.Context())
		if err := errors.Join(s.Set(usernameKey, odd), s.Save()); err != nil {
			t.Fatal(err)
		}
		here, err := named.Open(t.Context(), s.Token())
		if err != nil {
			t.Fatal(err)
		}
		if name, err := here.Subject(); name != "" || err != nil {
			t.Errorf("%v: signed in as %q, %v", odd, name, err)
		}
		if err := errors.Join(here.Set("n", 1), here.Save()); err != nil {
			t.Errorf("%v: %v", odd, err)
		}
		want, err := json.Marshal(odd)
		if err != nil {
			t.Fatal(err)
		}
		if got := storedUnder(t, plain, here, usernameKey); got != string(want) {
			t.Errorf("%s has become %s", want, got)
		}
		if err := errors.Join(here.Login("bob"), here.Save()); err != nil {
			t.Errorf("%v: %v", odd, err)
		}
		if got := storedUnder(t, plain, here, usernameKey); got != `"bob"` {
			t.Errorf("after signing in: %s", got)
		}
	}
}

func storedUnder(t *testing.T, m *session.Manager, s *session.Session, key string) string {
	t.Helper()
	there, err := m.Open(t.Context(), s.Token())
	if err != nil {
		t.Fatal(err)
	}
	v, err := there.Get(key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
