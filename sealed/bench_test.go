package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

// benchSession holds 143 bytes of JSON, and more.
func benchSession(e *Engine, more int) session.Snapshot {
	s := sample(e)
	s.Values = session.Values{}
	s.Values.Set("user_id", "12345")
	s.Values.Set("username", `"alice"`)
	s.Values.Set("theme", `"dark"`)
	s.Values.Set("cart", `[{"id":1,"n":2},{"id":7,"n":1}]`)
	s.Values.Set("csrf", `"`+strings.Repeat("c", 32)+`"`)
	if more > 0 {
		s.Values.Set("more", `"`+strings.Repeat("x", more)+`"`)
	}
	return s
}

func benchSizes(b *testing.B, f func(b *testing.B, e *Engine, s session.Snapshot)) {
	for name, o := range map[string]Options{"encrypted": {}, "signed": {SignedOnly: true}} {
		for _, more := range []int{0, 2000} {
			b.Run(fmt.Sprintf("%s/%d", name, 143+more), func(b *testing.B) {
				e := newEngine(b, newRing(b, secret(1)), o)
				s := benchSession(e, more)
				b.ReportAllocs()
				f(b, e, s)
			})
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	benchSizes(b, func(b *testing.B, e *Engine, s session.Snapshot) {
		token := keep(b, e, s)
		var got session.Snapshot
		for b.Loop() {
			check(b, e.Open(b.Context(), token, &got))
		}
	})
}

func BenchmarkKeep(b *testing.B) {
	benchSizes(b, func(b *testing.B, e *Engine, s session.Snapshot) {
		for b.Loop() {
			_, err := e.Keep(b.Context(), &session.Snapshot{}, &s, 0)
			check(b, err)
		}
	})
}

// BenchmarkOpenUnknownSalt derives the key each time, as at the first token of a salt.
func BenchmarkOpenUnknownSalt(b *testing.B) {
	e := newEngine(b, newRing(b, secret(1)), Options{})
	token := keep(b, e, benchSession(e, 0))
	var got session.Snapshot
	for b.Loop() {
		clear(e.seals().(*crypter).known.keys)
		check(b, e.Open(b.Context(), token, &got))
	}
}

// BenchmarkRawGCM is the encryption alone, to compare with.
func BenchmarkRawGCM(b *testing.B) {
	for _, size := range []int{230, 2230} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			block, err := aes.NewCipher(secret(1))
			check(b, err)
			aead, err := cipher.NewGCMWithRandomNonce(block)
			check(b, err)
			plain := make([]byte, size)
			sealed := aead.Seal(nil, nil, plain, nil)
			b.Run("seal", func(b *testing.B) {
				for b.Loop() {
					aead.Seal(sealed[:0], nil, plain, nil)
				}
			})
			sealed = aead.Seal(nil, nil, plain, nil)
			b.Run("open", func(b *testing.B) {
				for b.Loop() {
					_, err := aead.Open(plain[:0], nil, sealed, nil)
					check(b, err)
				}
			})
		})
	}
}
