package djangosigning

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// R5: SECRET_KEY signs, fallbacks only verify, and a key that is taken out kills its
// own tokens and no others.
func TestKeyRotation(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 20 {
		tokens := map[string]string{} // by key
		var fallbacks []string
		for i := range 12 {
			key := "key " + strconv.Itoa(i)
			s := timed(t, key, Options{Fallbacks: fallbacks})
			tokens[key] = s.Seal([]byte(key))
			checkKeys(t, s, append([]string{key}, fallbacks...), tokens)
			fallbacks = slices.Insert(slices.Clone(fallbacks), 0, key)
			fallbacks = fallbacks[:1+r.IntN(len(fallbacks))]
		}
	}
}

func checkKeys(t *testing.T, s *TimestampSigner, keys []string, tokens map[string]string) {
	t.Helper()
	for key, token := range tokens {
		data, _, err := s.Open(token)
		if slices.Contains(keys, key) {
			if err != nil || string(data) != key {
				t.Errorf("%s among %v: %s, %v", key, keys, data, err)
			}
		} else if !errors.Is(err, ErrBadSignature) {
			t.Errorf("%s not among %v: %v", key, keys, err)
		}
	}
	if _, _, err := timed(t, keys[0], Options{}).Open(s.Seal(nil)); err != nil {
		t.Errorf("%v: not signed with the first key: %v", keys, err)
	}
}

func TestPrintedSigner(t *testing.T) {
	s := timed(t, testKey, Options{Fallbacks: []string{oldKey}})
	s.Sign("x")
	for _, v := range []any{s, *s, s.s} {
		if text := fmt.Sprintf("%+v %#v", v, v); strings.Contains(text, testKey) || strings.Contains(text, oldKey) {
			t.Error(text)
		}
	}
}

func TestRefusedOptions(t *testing.T) {
	for name, c := range map[string]struct {
		key string
		o   Options
	}{
		"empty key":      {"", Options{}},
		"empty fallback": {"a", Options{Fallbacks: []string{"b", ""}}},
		"prefix only":    {"", Options{KeyPrefix: CookieKeyPrefix}},
		"negative limit": {"a", Options{MaxInflated: -1}},
		"letters":        {"a", Options{Separator: "ab"}},
		"dash":           {"a", Options{Separator: "-"}},
		"caret":          {"a", Options{Separator: "^"}},
		"line's end":     {"a", Options{Separator: "\n"}},
		"then line":      {"a", Options{Separator: "_=\n"}},
	} {
		_, err1 := NewSigner(c.key, c.o)
		_, err2 := NewTimestampSigner(c.key, c.o)
		if err1 == nil || err2 == nil {
			t.Errorf("%s: %v, %v", name, err1, err2)
		}
	}
}

func TestSeparators(t *testing.T) {
	for _, sep := range []string{".", ":", "::", "a:", "\n\n", "\u00eb"} {
		s := timed(t, testKey, Options{Separator: sep})
		if data, _, err := s.Open(s.Seal([]byte("x"))); err != nil || string(data) != "x" {
			t.Errorf("%q: %s, %v", sep, data, err)
		}
	}
}
