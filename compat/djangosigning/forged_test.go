package djangosigning

import (
	"crypto/sha512"
	"errors"
	"strings"
	"testing"
)

// A token has one spelling: with any bit changed it is refused.
func TestEveryBit(t *testing.T) {
	for _, v := range vectors(t, "") {
		s := timed(t, v.key, v.o)
		for i := range len(v.token) {
			for bit := range 8 {
				b := []byte(v.token)
				b[i] ^= 1 << bit
				data, _, err := s.Open(string(b))
				if !errors.Is(err, ErrBadSignature) {
					t.Fatalf("%s: bit %d of character %d: %s, %v", v.name, bit, i, data, err)
				}
				safe(t, err, string(b))
			}
		}
	}
}

func TestEveryTruncation(t *testing.T) {
	for _, v := range vectors(t, "") {
		s := timed(t, v.key, v.o)
		for n := range len(v.token) {
			_, _, err1 := s.Open(v.token[:n])
			_, _, err2 := s.Open(v.token[n+1:])
			if !errors.Is(err1, ErrBadSignature) || !errors.Is(err2, ErrBadSignature) {
				t.Fatalf("%s: cut at %d: %v, %v", v.name, n, err1, err2)
			}
		}
	}
}

func TestSpellingsOfASignature(t *testing.T) {
	s := must[*Signer](t)(NewSigner(testKey, Options{}))
	signed := s.Sign("abc")
	last := len(signed) - 1
	for name, other := range map[string]string{
		"padding":        signed + "=",
		"spare bits":     signed[:last] + string(signed[last]+1),
		"other alphabet": strings.NewReplacer("-", "+", "_", "/").Replace(signed),
		"a space":        signed + " ",
	} {
		if _, err := s.Unsign(other); !errors.Is(err, ErrBadSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOtherOptions(t *testing.T) {
	token := timed(t, testKey, Options{}).Seal([]byte("data"))
	for name, s := range map[string]*TimestampSigner{
		"key":        timed(t, oldKey, Options{}),
		"salt":       timed(t, testKey, Options{Salt: SessionSalt}),
		"key prefix": timed(t, testKey, Options{KeyPrefix: CookieKeyPrefix}),
		"digest":     timed(t, testKey, Options{Digest: sha512.New}),
		"separator":  timed(t, testKey, Options{Separator: "::"}),
	} {
		if _, _, err := s.Open(token); !errors.Is(err, ErrBadSignature) {
			t.Errorf("another %s: %v", name, err)
		}
	}
}

func TestAcceptSHA1(t *testing.T) {
	v := vectors(t, "sha1")[0]
	v.o.Digest = nil
	if _, _, err := timed(t, testKey, v.o).Open(v.token); !errors.Is(err, ErrBadSignature) {
		t.Errorf("not asked for: %v", err)
	}
	v.o.AcceptSHA1 = true
	for key, fallbacks := range map[string][]string{testKey: nil, oldKey: {testKey}} {
		v.o.Fallbacks = fallbacks
		s := timed(t, key, v.o)
		if data, _, err := s.Open(v.token); err != nil || string(data) != v.data {
			t.Errorf("%s, %v", data, err)
		}
		v.o.AcceptSHA1 = false
		if _, _, err := timed(t, key, v.o).Open(s.Seal(nil)); err != nil {
			t.Errorf("not signed with SHA-256: %v", err)
		}
		v.o.AcceptSHA1 = true
	}
}

func TestBombs(t *testing.T) {
	s := timed(t, testKey, Options{Compress: true})
	bomb := s.Seal(make([]byte, 8<<20))
	if _, _, err := s.Open(bomb); !errors.Is(err, ErrBadPayload) {
		t.Errorf("8 MiB: %v", err)
	}
	if data, _, err := timed(t, testKey, Options{MaxInflated: 8 << 20}).Open(bomb); err != nil || len(data) != 8<<20 {
		t.Errorf("8 MiB allowed: %d, %v", len(data), err)
	}
}

// A payload that is signed and isn't one.
func TestBadPayload(t *testing.T) {
	s := timed(t, testKey, Options{})
	plain := must[*Signer](t)(NewSigner(testKey, Options{}))
	for _, text := range []string{"A", ".", ".!!!!", ".eJyr", "c2VjcmV0LW5vdC1qc29u", "MSAy"} {
		var v any
		_, err := s.Loads(s.Sign(text), &v)
		err2 := plain.Loads(plain.Sign(text), &v)
		if !errors.Is(err, ErrBadPayload) || errors.Is(err, ErrBadSignature) || !errors.Is(err2, ErrBadPayload) {
			t.Errorf("%q: %v, %v", text, err, err2)
			continue
		}
		safe(t, err, "secret-not-json")
	}
}

func TestOpenUnsafe(t *testing.T) {
	data, when, err := timed(t, testKey, Options{}).OpenUnsafe(timed(t, oldKey, Options{}).Seal([]byte("x")))
	if string(data) != "x" || !when.Equal(at) || !errors.Is(err, ErrBadSignature) {
		t.Errorf("%s at %v, %v", data, when, err)
	}
	for _, junk := range []string{"", ":", "::", ":::", "\xff"} {
		if _, _, err := timed(t, testKey, Options{}).OpenUnsafe(junk); !errors.Is(err, ErrBadSignature) {
			t.Errorf("%q: %v", junk, err)
		}
	}
}
