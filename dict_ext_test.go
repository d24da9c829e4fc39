package session_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// saved saves ss and returns it as another request sees it.
func saved(t *testing.T, s *site, ss *session.Session) *session.Session {
	t.Helper()
	check(t, ss.Save())
	return s.open(ss.Token().Reveal())
}

// atOnceAndSaved runs f on a session before it is saved and on what was saved.
func atOnceAndSaved(t *testing.T, fill, f func(*testing.T, *session.Session)) {
	t.Helper()
	s := newSite(t, session.Config{})
	for _, when := range []string{"at once", "saved"} {
		t.Run(when, func(t *testing.T) {
			ss := s.m.New(t.Context())
			fill(t, ss)
			if when == "saved" {
				ss = saved(t, s, ss)
			}
			f(t, ss)
		})
	}
}

func TestDict(t *testing.T) {
	fill := func(t *testing.T, ss *session.Session) {
		check(t, ss.Set("b", "two"))
		check(t, ss.SetAll(map[string]any{"c": 3, "a": []int{1}}))
		check(t, ss.Set("b", "2"))
		check(t, ss.Set("gone", 0))
		check(t, ss.Delete("gone"))
		check(t, ss.Delete("never there"))
	}
	atOnceAndSaved(t, fill, func(t *testing.T, ss *session.Session) {
		n, err := ss.Len()
		check(t, err)
		equal(t, "length", n, 3)
		keys, err := ss.Keys()
		check(t, err)
		equal(t, "keys", fmt.Sprint(keys), "[b a c]")
		values, err := ss.Values()
		check(t, err)
		equal(t, "values", fmt.Sprint(values), "[2 [1] 3]")
		items, err := ss.Items()
		check(t, err)
		equal(t, "items", fmt.Sprint(items), "map[a:[1] b:2 c:3]")
		for key, want := range map[string]bool{"a": true, "gone": false, "A": false, "": false} {
			has, err := ss.Has(key)
			check(t, err)
			equal(t, "has "+key, has, want)
		}
		got, err := ss.Get("nothing")
		check(t, err)
		equal(t, "what isn't there", got, nil)
	})
}

func TestDict_Pop(t *testing.T) {
	fill := func(t *testing.T, ss *session.Session) { check(t, ss.Set("k", 7)) }
	atOnceAndSaved(t, fill, func(t *testing.T, ss *session.Session) {
		if _, err := session.Pop[string](ss, "k"); err == nil {
			t.Error("a number is popped as a string")
		}
		n, err := session.Pop[int](ss, "k")
		check(t, err)
		equal(t, "popped", n, 7)
		n, err = session.Pop[int](ss, "k")
		check(t, err)
		equal(t, "popped again", n, 0)
	})
}

func TestDict_SetDefault(t *testing.T) {
	fill := func(t *testing.T, ss *session.Session) { check(t, ss.Set("k", 7)) }
	atOnceAndSaved(t, fill, func(t *testing.T, ss *session.Session) {
		for key, want := range map[string]int{"k": 7, "new": 1} {
			n, err := session.SetDefault(ss, key, 1)
			check(t, err)
			equal(t, key, n, want)
			equal(t, key, value[int](t, ss, key), want)
		}
	})
}

func TestDict_LookupTellsZeroFromNothing(t *testing.T) {
	fill := func(t *testing.T, ss *session.Session) { check(t, ss.Set("zero", 0)) }
	atOnceAndSaved(t, fill, func(t *testing.T, ss *session.Session) {
		for key, want := range map[string]bool{"zero": true, "nothing": false} {
			n, ok, err := session.Lookup[int](ss, key)
			check(t, err)
			equal(t, key, ok, want)
			equal(t, key, n, 0)
		}
	})
}

// Clear removes the values and nothing else.
func TestDict_Clear(t *testing.T) {
	fill := func(t *testing.T, ss *session.Session) {
		check(t, firstErr(ss.Set("k", 7), ss.Login("alice"), ss.SetPersistent(true), ss.Clear()))
	}
	atOnceAndSaved(t, fill, func(t *testing.T, ss *session.Session) {
		n, err := ss.Len()
		check(t, err)
		equal(t, "length", n, 0)
		subject, err := ss.Subject()
		check(t, err)
		equal(t, "subject", subject, "alice")
		closes, err := ss.ExpiresAtBrowserClose()
		check(t, err)
		equal(t, "expires at browser close", closes, false)
	})
}

type cart struct {
	Items map[string]int
	Notes []string
}

// Types go in and come out as they are, without being registered.
func TestDict_Types(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	fill := func(t *testing.T, ss *session.Session) {
		check(t, ss.Set("cart", cart{map[string]int{"tea": 2}, []string{"x"}}))
		check(t, ss.Set("time", at))
		check(t, ss.Set("pointer", &cart{Notes: []string{"y"}}))
		check(t, ss.Set("text", "<a href=\"x\">\u2028 ü \U0001F600 \\"))
		check(t, ss.Set("bytes", []byte{0, 255}))
		check(t, ss.Set("true", true))
		check(t, ss.Set("int64", int64(1<<62+1)))
		check(t, ss.Set("float", 0.1))
		check(t, ss.Set("nil", nil))
		check(t, ss.Set("", "empty key"))
	}
	atOnceAndSaved(t, fill, func(t *testing.T, ss *session.Session) {
		equal(t, "cart", fmt.Sprint(value[cart](t, ss, "cart")), "{map[tea:2] [x]}")
		equal(t, "time", value[time.Time](t, ss, "time").Equal(at), true)
		equal(t, "pointer", fmt.Sprint(*value[*cart](t, ss, "pointer")), "{map[] [y]}")
		equal(t, "text", value[string](t, ss, "text"), "<a href=\"x\">\u2028 ü \U0001F600 \\")
		equal(t, "bytes", string(value[[]byte](t, ss, "bytes")), "\x00\xff")
		equal(t, "true", value[bool](t, ss, "true"), true)
		equal(t, "int64", value[int64](t, ss, "int64"), 1<<62+1)
		equal(t, "float", value[float64](t, ss, "float"), 0.1)
		equal(t, "nil", value[any](t, ss, "nil"), nil)
		equal(t, "empty key", value[string](t, ss, ""), "empty key")
	})
}

// What Get returns is the caller's own, and so is what was given to Set: the trap
// of Flask's and Django's nested values can't be fallen into.
func TestDict_NestedValuesAreCopies(t *testing.T) {
	given := cart{map[string]int{"tea": 1}, nil}
	fill := func(t *testing.T, ss *session.Session) { check(t, ss.Set("cart", given)) }
	atOnceAndSaved(t, fill, func(t *testing.T, ss *session.Session) {
		given.Items["tea"] = 99
		value[cart](t, ss, "cart").Items["tea"] = 98
		items, err := ss.Items()
		check(t, err)
		items["cart"].(map[string]any)["Items"].(map[string]any)["tea"] = 97
		equal(t, "tea", value[cart](t, ss, "cart").Items["tea"], 1)
		given.Items["tea"] = 1
		check(t, session.Update(ss, "cart", func(c *cart) error { c.Items["tea"] = 2; return nil }))
		equal(t, "tea after Update", value[cart](t, ss, "cart").Items["tea"], 2)
	})
}

// Numbers keep their text, as far as nobody asks for a type.
func TestDict_NumbersKeepTheirText(t *testing.T) {
	fill := func(t *testing.T, ss *session.Session) {
		check(t, ss.Set("n", json.RawMessage("1.0")))
		check(t, ss.Set("big", json.RawMessage("123456789012345678901234567890")))
		check(t, ss.Set("list", json.RawMessage("[1.50]")))
	}
	atOnceAndSaved(t, fill, func(t *testing.T, ss *session.Session) {
		for key, want := range map[string]string{"n": "1.0", "big": "123456789012345678901234567890", "list": "[1.50]"} {
			got, err := ss.Get(key)
			check(t, err)
			equal(t, key, fmt.Sprint(got), want)
		}
		if _, isNumber := value[any](t, ss, "n").(json.Number); !isNumber {
			t.Error("not a json.Number")
		}
		equal(t, "as a float", value[float64](t, ss, "n"), 1)
	})
}

// A value of another type is an error, and changes nothing.
func TestDict_WrongTypes(t *testing.T) {
	ss := newSite(t, session.Config{}).m.New(t.Context())
	check(t, ss.Set("text", "x"))
	_, err := session.Get[int](ss, "text")
	_, _, err2 := session.Lookup[int](ss, "text")
	_, err3 := session.SetDefault(ss, "text", 1)
	err4 := session.Update(ss, "text", func(*int) error { return nil })
	for i, err := range []error{err, err2, err3, err4, ss.Set("f", func() {}), ss.SetAll(map[string]any{"a": 1, "f": make(chan int)})} {
		if err == nil || session.StatusCode(err) != 500 || errors.Is(err, session.ErrUnavailable) {
			t.Errorf("call %d: error %v", i, err)
		}
	}
	keys, err := ss.Keys()
	check(t, err)
	equal(t, "keys", fmt.Sprint(keys), "[text]")
}

// Update with a function that returns an error changes nothing.
func TestDict_UpdateThatFails(t *testing.T) {
	ss := newSite(t, session.Config{}).m.New(t.Context())
	err := session.Update(ss, "n", func(n *int) error { *n = 5; return errTooMany })
	if err != errTooMany { // as it is, not wrapped
		t.Errorf("error %v", err)
	}
	equal(t, "modified", ss.Modified(), false)
	equal(t, "n", value[int](t, ss, "n"), 0)
}

// What would pass the limit is refused and changes nothing; the limit is of keys and values
// together.
func TestErrTooLarge(t *testing.T) {
	s := newSite(t, session.Config{MaxBytes: 100})
	ss := s.m.New(t.Context())
	check(t, ss.Set("k", strings.Repeat("x", 97))) // and two quotes
	for what, err := range map[string]error{
		"longer value":  ss.Set("k", strings.Repeat("x", 98)),
		"another key":   ss.Set("l", 1),
		"long key":      ss.Set(strings.Repeat("k", 101), 1),
		"several":       ss.SetAll(map[string]any{"k": "short", "z": strings.Repeat("x", 100)}),
		"Update":        session.Update(ss, "k", func(v *string) error { *v += "x"; return nil }),
		"SetDefault":    func() error { _, err := session.SetDefault(ss, "d", 1); return err }(),
		"flash":         ss.AddFlash(session.Flash{Message: "hello"}),
		"far too large": ss.Set("big", strings.Repeat("x", 10<<20)),
	} {
		wantErr(t, what, err, session.ErrTooLarge)
	}
	ss = saved(t, s, ss)
	keys, err := ss.Keys()
	check(t, err)
	equal(t, "keys", fmt.Sprint(keys), "[k]")
	equal(t, "length", len(value[string](t, ss, "k")), 97)
	check(t, ss.Set("k", "")) // smaller is always possible
}

// Each field of the configuration that can be wrong is refused, and the error says
// which.
func TestConfigErrors(t *testing.T) {
	store := newSpyStore()
	for name, c := range map[string]session.Config{
		"Store": {}, "RotateGrace": {Store: store, RotateGrace: time.Hour}, "TouchEvery": {Store: store, TouchEvery: -1},
		"SaveTimeout": {Store: store, SaveTimeout: -1}, "MaxBytes": {Store: store, MaxBytes: 512<<10 + 1}, "MaxPerSubject": {Store: store, MaxPerSubject: -1},
		"idle": {Store: store, Limits: session.Limits{Idle: 1}}, "lifetime": {Store: store, Limits: session.Limits{Lifetime: 1}},
		"Cookie": {Store: store, Cookie: session.Cookie{Name: " "}},
	} {
		if _, err := session.New(c); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := session.New(session.Config{MaxBytes: -1, Cookie: session.Cookie{Path: ";"}, Limits: session.Limits{Idle: 1}})
	if n := strings.Count(fmt.Sprint(err), "\n"); n < 2 {
		t.Errorf("not all that is wrong is told: %v", err)
	}
}

// Keys are listed in the order in which they were set, over saves.
func TestDict_OrderIsKept(t *testing.T) {
	s := newSite(t, session.Config{})
	ss := s.m.New(t.Context())
	var want []string
	for i := range 30 {
		key := fmt.Sprint("k", (i*7)%30)
		want = append(want, key)
		check(t, ss.Set(key, i))
		if i%10 == 9 {
			ss = saved(t, s, ss)
		}
	}
	keys, err := ss.Keys()
	check(t, err)
	if !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
}
