package flask

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
		if err := flag.Set("test.run", "^TestNew_DigestNotAllowed$"); err != nil {
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
