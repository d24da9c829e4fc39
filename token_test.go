package session

import (
	"regexp"
	"strings"
	"testing"
)

var tokenForm = regexp.MustCompile(`^coat1_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$`)

// A secret scanner finds tokens by the form that is documented.
func TestMB26_TokensHaveTheDocumentedForm(t *testing.T) {
	seen := map[string]bool{}
	for range 10_000 {
		token := newToken()
		if !tokenForm.MatchString(token) || seen[token] {
			t.Fatal("a token of another form, or one made twice")
		}
		seen[token] = true
		if _, ok := tokenKey([appSize]byte{}, token); !ok {
			t.Fatal("a token that is not accepted")
		}
	}
}

// No two spellings lead to one record: every change to a token makes it unknown
// before any I/O, except for those that change both it and its checksum rightly.
func TestR5_AnyChangeToATokenIsRefused(t *testing.T) {
	token := sampleToken(7)
	for i := range len(token) {
		for b := range 256 {
			changed := token[:i] + string([]byte{byte(b)}) + token[i+1:]
			if _, ok := tokenKey([appSize]byte{}, changed); ok && changed != token {
				t.Fatalf("byte %d may be %q as well", i, b)
			}
		}
	}
}

// Tokens of one application are unknown in another, and no two purposes share keys
// (R5 and R8; key rings, which R5 is about as well, belong to client-side sessions).
func TestR8_KeysOfApplicationsAndPurposesDiffer(t *testing.T) {
	keys := map[Key]string{}
	for _, app := range []string{"", "a", "b", "ab", "a\x05token", "token"} {
		for _, purpose := range []string{"token", "gate"} {
			key, ok := tokenKey(appDigest(app, purpose), sampleToken(1))
			if other := keys[key]; other != "" || !ok {
				t.Errorf("%q and %q share keys", app+"/"+purpose, other)
			}
			keys[key] = app + "/" + purpose
		}
	}
}

// A token is accepted only as newToken wrote it: what is accepted has the
// documented form, and one change anywhere makes it refused.
func FuzzToken(f *testing.F) {
	f.Add(sampleToken(0), 0, byte(0))
	f.Add(sampleToken(1), 10, byte('A'))
	f.Add(sampleToken(255), 54, byte('z'))
	f.Add(strings.Repeat("A", tokenSize), 3, byte(1))
	f.Add("", 0, byte(0))
	f.Fuzz(func(t *testing.T, token string, at int, b byte) {
		key, ok := tokenKey([appSize]byte{}, token)
		if !ok {
			return
		}
		if !tokenForm.MatchString(token) || len(key) != 32 {
			t.Fatal("accepted a token of another form")
		}
		i := int(uint(at) % uint(len(token)))
		changed := token[:i] + string([]byte{b}) + token[i+1:]
		if _, ok := tokenKey([appSize]byte{}, changed); ok && changed != token {
			t.Fatal("accepted a changed token")
		}
	})
}
