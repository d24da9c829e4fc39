package itsdangerous

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// R5: the last key signs, and a key that is taken out kills its own tokens and no
// others, whatever the order of rotations.
func TestKeyRotation(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 20 {
		tokens := map[string]string{} // by key
		var keys []string
		for i := range 12 {
			key := "key " + strconv.Itoa(i)
			keys = append(keys, key)
			tokens[key] = timed(t, Options{}, keys...).Seal([]byte(key))
			if len(keys) > 1 && r.IntN(2) == 0 {
				keys = slices.Delete(keys, 0, 1+r.IntN(len(keys)-1))
			}
			checkKeys(t, keys, tokens)
		}
	}
}

func checkKeys(t *testing.T, keys []string, tokens map[string]string) {
	t.Helper()
	u := timed(t, Options{}, keys...)
	for key, token := range tokens {
		data, _, err := u.Open(token)
		if slices.Contains(keys, key) {
			if err != nil || string(data) != key {
				t.Errorf("%s among %v: %s, %v", key, keys, data, err)
			}
		} else if !errors.Is(err, ErrBadSignature) {
			t.Errorf("%s not among %v: %v", key, keys, err)
		}
	}
	newest := timed(t, Options{}, keys[len(keys)-1])
	if _, _, err := newest.Open(u.Seal(nil)); err != nil {
		t.Errorf("%v: not signed with the last key: %v", keys, err)
	}
}

func TestPrintedSigner(t *testing.T) {
	u := timed(t, Options{KeyDerivation: None})
	u.Seal(nil)
	for _, v := range []any{u, *u, u.s, *u.s} {
		if text := fmt.Sprintf("%+v %#v", v, v); strings.Contains(text, testKey) {
			t.Error(text)
		}
	}
}

func TestRefusedOptions(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string
		o    Options
	}{
		"no key":              {nil, Options{}},
		"empty key":           {[]string{"a", ""}, Options{}},
		"derivation":          {[]string{"a"}, Options{KeyDerivation: "sha1"}},
		"negative limit":      {[]string{"a"}, Options{MaxInflated: -1}},
		"separator letter":    {[]string{"a"}, Options{Separator: "x"}},
		"separator dash":      {[]string{"a"}, Options{Separator: "-"}},
		"separator underline": {[]string{"a"}, Options{Separator: "_"}},
		"separator padding":   {[]string{"a"}, Options{Separator: "="}},
		"separator in row":    {[]string{"a"}, Options{Separator: "xyz"}},
	} {
		_, err1 := NewSigner(c.keys, c.o)
		_, err2 := NewTimestampSigner(c.keys, c.o)
		_, err3 := NewURLSafeSerializer(c.keys, c.o)
		_, err4 := NewURLSafeTimedSerializer(c.keys, c.o)
		if err1 == nil || err2 == nil || err3 == nil || err4 == nil {
			t.Errorf("%s: %v, %v, %v, %v", name, err1, err2, err3, err4)
		}
	}
}

// The original refuses a separator only if it is a piece of the alphabet in its
// own order.
func TestSeparators(t *testing.T) {
	for _, sep := range []string{".", "!", "::", "az", ".x", "\x00", "\u00eb"} {
		u := timed(t, Options{Separator: sep})
		if data, _, err := u.Open(u.Seal([]byte("x"))); err != nil || string(data) != "x" {
			t.Errorf("%q: %s, %v", sep, data, err)
		}
	}
}
