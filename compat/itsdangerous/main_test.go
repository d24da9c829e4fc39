package itsdangerous

import (
	"crypto/sha1"
	"testing"

	"github.com/coatcheck-go/session/compat/internal/sha1test"
)

// TestMain leaves only the test of the refusal where SHA-1, which is the format's,
// may not be used (GODEBUG=fips140=only).
func TestMain(m *testing.M) { sha1test.Main(m, "test.run", "^TestDigestNotAllowed$") }

// Under GODEBUG=fips140=only the default is an error, not a panic. Elsewhere a
// digest that can't be used shows the same.
func TestDigestNotAllowed(t *testing.T) {
	o := Options{}
	if sha1test.Allowed() {
		same := sha1.New()
		o.Digest = sameDigest(same)
	}
	if s, err := NewSigner([]string{testKey}, o); err == nil || s != nil {
		t.Errorf("%v, %v", s, err)
	}
}
