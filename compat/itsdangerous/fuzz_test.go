package itsdangerous

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// Whatever is sealed comes back; and with any bytes changed it is refused, or is
// the same still by another spelling of the signature.
func FuzzSealOpen(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add([]byte(v.data), int64(1700000000), 3, byte(1))
	}
	f.Add([]byte{}, int64(0), 0, byte(0x80))
	u := timed(f, Options{MaxInflated: 16 << 20})
	f.Fuzz(func(t *testing.T, data []byte, sec int64, pos int, change byte) {
		then := time.Unix(min(max(sec, 0), lastSecond), 0)
		token := []byte(u.SealAt(data, then))
		got, when, err := u.Open(string(token))
		if err != nil || !bytes.Equal(got, data) || !when.Equal(then) {
			t.Fatalf("%q at %v: %q at %v, %v", data, then, got, when, err)
		}
		token[uint(pos)%uint(len(token))] ^= change
		got, when, err = u.Open(string(token))
		if err == nil && (!bytes.Equal(got, data) || !when.Equal(then)) {
			t.Fatalf("%q changed to %q at %v", data, got, when)
		}
	})
}

// Nothing a stranger sends is taken, unless it was signed here.
func FuzzOpen(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.token)
	}
	u := timed(f, Options{Salt: "a salt of which the corpus has no token"})
	f.Fuzz(func(t *testing.T, token string) {
		if data, _, err := u.Open(token); !errors.Is(err, ErrBadSignature) || data != nil {
			t.Fatalf("%q: %q, %v", token, data, err)
		}
		if _, _, err := u.OpenUnsafe(token); !errors.Is(err, ErrBadSignature) {
			t.Fatalf("%q: %v", token, err)
		}
		if _, _, err := u.Open(u.s.Sign(token)); err != nil { // signed, and anything at all
			known(t, err)
		}
	})
}
