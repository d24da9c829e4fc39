package django

import (
	"crypto/hmac"
	"crypto/sha1"
	"flag"
	"os"
	"testing"
)

// TestMain leaves out the tests of SHA-1, which old formats need, where it may not be
// used (GODEBUG=fips140=only).
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
