package jwt_test

import (
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
)

// What a request costs that only reads, while its JWT is good: nearly all is the check
// of the signature.
func BenchmarkOpen(b *testing.B) {
	for _, alg := range algorithms {
		b.Run(alg, func(b *testing.B) {
			e, token := benchSession(b, alg)
			var s session.Snapshot
			b.ReportAllocs()
			for b.Loop() {
				check(b, e.Open(b.Context(), token, &s))
			}
		})
	}
}

// What a change costs besides the record.
func BenchmarkKeep(b *testing.B) {
	for _, alg := range algorithms {
		b.Run(alg, func(b *testing.B) {
			e, token := benchSession(b, alg)
			var s session.Snapshot
			check(b, e.Open(b.Context(), token, &s))
			b.ReportAllocs()
			for b.Loop() {
				_, err := e.Keep(b.Context(), &s, &s, 0)
				check(b, err)
			}
		})
	}
}

func benchSession(b *testing.B, alg string) (*jwt.Engine, string) {
	o := options()
	o.Keys = []jwt.Key{keys()[alg]}
	s := newSite(b, o)
	ss := s.m.New(b.Context())
	check(b, ss.Login("alice"))
	check(b, ss.Set("cart", []int{1, 2, 3}))
	check(b, ss.Save())
	return s.engine, ss.Token().Reveal()
}
