package itsdangerous

import (
	"crypto/hmac"
	"crypto/sha1"
	"flag"
	"os"
	"testing"
)

// TestMain leaves only the test of the refusal where SHA-1, which is the format's,
// may not be used (GODEBUG=fips140=only).
func TestMain(m *testing.M) {
	flag.Parse()
	if !sha1Allowed() {
		if err := flag.Set("test.run", "^TestDigestNotAllowed$"); err != nil {
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

// Under GODEBUG=fips140=only the default is an error, not a panic. Elsewhere a
// digest that can't be used shows the same.
func TestDigestNotAllowed(t *testing.T) {
	o := Options{}
	if sha1Allowed() {
		same := sha1.New()
		o.Digest = sameDigest(same)
	}
	if s, err := NewSigner([]string{testKey}, o); err == nil || s != nil {
		t.Errorf("%v, %v", s, err)
	}
}
