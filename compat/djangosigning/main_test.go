package djangosigning

import (
	"crypto/sha1"
	"testing"

	"github.com/coatcheck-go/session/compat/internal/sha1test"
)

// TestMain leaves out the tests of what needs SHA-1 where that may not be used
// (GODEBUG=fips140=only): they have it in their names.
func TestMain(m *testing.M) { sha1test.Main(m, "test.skip", "SHA1") }

// Under GODEBUG=fips140=only SHA-1 is an error, not a panic.
func TestDigestNotAllowed(t *testing.T) {
	_, err1 := NewSigner(testKey, Options{AcceptSHA1: true})
	_, err2 := NewPre31(testKey, "SessionStore")
	if ok := sha1test.Allowed(); (err1 == nil) != ok || (err2 == nil) != ok {
		t.Errorf("%v, %v", err1, err2)
	}
	same := sha1.New()
	if _, err := NewSigner(testKey, Options{Digest: sameDigest(same)}); err == nil {
		t.Error("a digest that is always the same one was taken")
	}
}
