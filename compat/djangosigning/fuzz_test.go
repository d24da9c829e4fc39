package djangosigning

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// Whatever is sealed comes back, and with any bytes changed it is refused.
func FuzzSealOpen(f *testing.F) {
	for _, v := range vectors(f, "") {
		f.Add([]byte(v.data), int64(1700000000), 3, byte(1), true)
	}
	f.Add([]byte{}, int64(-1), 0, byte(0x80), false)
	plain := timed(f, testKey, Options{MaxInflated: 16 << 20})
	compressing := timed(f, testKey, Options{MaxInflated: 16 << 20, Compress: true})
	f.Fuzz(func(t *testing.T, data []byte, sec int64, pos int, change byte, compress bool) {
		s := plain
		if compress {
			s = compressing
		}
		then := time.Unix(sec%furthest, 0)
		token := []byte(s.SealAt(data, then))
		got, when, err := s.Open(string(token))
		if err != nil || !bytes.Equal(got, data) || !when.Equal(then) {
			t.Fatalf("%q at %v: %q at %v, %v", data, then, got, when, err)
		}
		token[uint(pos)%uint(len(token))] ^= change
		if _, _, err := s.Open(string(token)); (err == nil) != (change == 0) {
			t.Fatalf("%q changed: %v", data, err)
		}
	})
}

// Nothing a stranger sends is taken, unless it was signed here.
func FuzzOpen(f *testing.F) {
	for _, v := range vectors(f, "") {
		f.Add(v.token)
	}
	s := timed(f, testKey, Options{Salt: "a salt of which the corpus has no token"})
	f.Fuzz(func(t *testing.T, token string) {
		if data, _, err := s.Open(token); !errors.Is(err, ErrBadSignature) || data != nil {
			t.Fatalf("%q: %q, %v", token, data, err)
		}
		if _, _, err := s.OpenUnsafe(token); !errors.Is(err, ErrBadSignature) {
			t.Fatalf("%q: %v", token, err)
		}
		if _, _, err := s.Open(s.s.Sign(token)); err != nil { // signed, and anything at all
			known(t, err)
		}
	})
}
