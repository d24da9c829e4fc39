package itsdangerous

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
)

// A token with one bit changed is refused; only the spare bits of the signature's
// last character, which Python ignores too, leave it as it is.
func TestEveryBit(t *testing.T) {
	for _, v := range vectors(t) {
		if !v.timed {
			continue
		}
		u := timed(t, v.o)
		for i := range len(v.token) {
			for bit := range 8 {
				b := []byte(v.token)
				b[i] ^= 1 << bit
				data, _, err := u.Open(string(b))
				if err == nil && (i < len(v.token)-1 || string(data) != v.data) {
					t.Fatalf("%s: bit %d of character %d: %s", v.name, bit, i, data)
				}
				if err != nil {
					known(t, err)
					safe(t, err, string(b))
				}
			}
		}
	}
}

func TestEveryTruncation(t *testing.T) {
	for _, v := range vectors(t) {
		if !v.timed {
			continue
		}
		u := timed(t, v.o)
		for n := range len(v.token) {
			if _, _, err := u.Open(v.token[:n]); !errors.Is(err, ErrBadSignature) {
				t.Fatalf("%s: the first %d characters: %v", v.name, n, err)
			}
			if _, _, err := u.Open(v.token[n+1:]); n+1 < len(v.token) && !errors.Is(err, ErrBadSignature) {
				t.Fatalf("%s: from character %d: %v", v.name, n+1, err)
			}
		}
	}
}

func TestOtherOptions(t *testing.T) {
	token := timed(t, Options{}).Seal([]byte("data"))
	for name, u := range map[string]*URLSafeTimedSerializer{
		"key":        timed(t, Options{}, "another key"),
		"salt":       timed(t, Options{Salt: "another salt"}),
		"derivation": timed(t, Options{KeyDerivation: HMAC}),
		"digest":     timed(t, Options{Digest: sha256.New}),
		"separator":  timed(t, Options{Separator: "!"}),
	} {
		if _, _, err := u.Open(token); !errors.Is(err, ErrBadSignature) {
			t.Errorf("another %s: %v", name, err)
		}
	}
}

// Every pair of derivations tells the other's tokens from its own.
func TestDerivationsDiffer(t *testing.T) {
	all := []KeyDerivation{DjangoConcat, Concat, HMAC, None}
	for _, a := range all {
		token := timed(t, Options{KeyDerivation: a}).Seal(nil)
		for _, b := range all {
			if _, _, err := timed(t, Options{KeyDerivation: b}).Open(token); (err == nil) != (a == b) {
				t.Errorf("%s opened by %s: %v", a, b, err)
			}
		}
	}
}

// The spellings that Python takes for one signature.
func TestSpellingsOfASignature(t *testing.T) {
	s := must[*Signer](t)(NewSigner([]string{testKey}, Options{}))
	value, sig, _ := strings.Cut(s.Sign("abc"), ".")
	for name, c := range map[string]struct {
		sig string
		ok  bool
	}{
		"as it is":       {sig, true},
		"padding":        {sig + "=", true},
		"more padding":   {sig + "====", true},
		"spare bits":     {sig[:26] + string(sig[26]+1), true},
		"other alphabet": {strings.NewReplacer("-", "+", "_", "/").Replace(sig), true},
		"four spaces":    {sig + "    ", true},
		"a space":        {sig + " ", false},
		"empty":          {"", false},
		"all padding":    {"====", false},
	} {
		if got, err := s.Unsign(value + "." + c.sig); (err == nil) != c.ok || c.ok && got != value {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestBombs(t *testing.T) {
	u := timed(t, Options{})
	bomb := u.Seal(make([]byte, 8<<20))
	if _, _, err := u.Open(bomb); !errors.Is(err, ErrBadPayload) {
		t.Errorf("8 MiB: %v", err)
	}
	wide := timed(t, Options{MaxInflated: 8 << 20})
	if data, _, err := wide.Open(bomb); err != nil || !bytes.Equal(data, make([]byte, 8<<20)) {
		t.Errorf("8 MiB allowed: %v", err)
	}
	narrow := timed(t, Options{MaxInflated: 10})
	if _, _, err := narrow.Open(u.Seal(make([]byte, 100))); !errors.Is(err, ErrBadPayload) {
		t.Errorf("10 bytes allowed: %v", err)
	}
}

// A payload that is signed and isn't one.
func TestBadPayload(t *testing.T) {
	u := timed(t, Options{})
	for _, text := range []string{"A", ".", ".!!!!", ".eJyr", "c2VjcmV0LW5vdC1qc29u", "MSAy", "_w"} {
		var v any
		_, err := u.Loads(u.s.SignAt(text, at), &v)
		if !errors.Is(err, ErrBadPayload) || errors.Is(err, ErrBadSignature) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		safe(t, err, "secret-not-json")
	}
	var n int
	token := must[string](t)(u.Dumps("a secret value"))
	if _, err := u.Loads(token, &n); !errors.Is(err, ErrBadPayload) {
		t.Errorf("text into an int: %v", err)
	} else {
		safe(t, err, "a secret value")
	}
}
