package jwt_test

import (
	"testing"

	"github.com/coatcheck-go/session/jwt"
)

// TestSizes holds the figures of the package's documentation.
func TestSizes(t *testing.T) {
	want := map[string]int{"HS256": 710, "EdDSA": 780, "ES256": 780, "RS256": 1040}
	for _, alg := range algorithms {
		o := withStore()
		o.Keys = []jwt.Key{keys()[alg]}
		s := newSite(t, o)
		ss := s.m.New(t.Context())
		check(t, ss.Login("alice"))
		check(t, ss.Save())
		size := len(ss.Token().Reveal())
		if size > want[alg] || size < want[alg]-60 {
			t.Errorf("%s: %d bytes, documented as about %d", alg, size, want[alg])
		}
	}
}
