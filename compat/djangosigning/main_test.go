package djangosigning

import (
	"crypto/hmac"
	"crypto/sha1"
	"flag"
	"os"
	"testing"
)

// TestMain leaves out the tests of what needs SHA-1 where that may not be used
// (GODEBUG=fips140=only): they have it in their names.
func TestMain(m *testing.M) {
	flag.Parse()
	if !sha1Allowed() {
		if err := flag.Set("test.skip", "SHA1"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func sha1Allowed() (ok bool) {
	defer func() { ok = recover() == nil }()
	hmac.New(sha1.New, make([]byte, 20))
	return
}

// Under GODEBUG=fips140=only SHA-1 is an error, not a panic.
func TestDigestNotAllowed(t *testing.T) {
	_, err1 := NewSigner(testKey, Options{AcceptSHA1: true})
	_, err2 := NewPre31(testKey, "SessionStore")
	if ok := sha1Allowed(); (err1 == nil) != ok || (err2 == nil) != ok {
		t.Errorf("%v, %v", err1, err2)
	}
	same := sha1.New()
	if _, err := NewSigner(testKey, Options{Digest: sameDigest(same)}); err == nil {
		t.Error("a digest that is always the same one was taken")
	}
}
