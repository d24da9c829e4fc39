// Package sha1test lets the tests of formats that need SHA-1 run where it may not be
// used (GODEBUG=fips140=only).
package sha1test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // it is only tried
	"flag"
	"os"
	"testing"
)

// Main is a TestMain that, where SHA-1 may not be used, sets the flag of go test
// ("test.run" or "test.skip") to which tests that concerns.
func Main(m *testing.M, name, tests string) {
	flag.Parse()
	if !Allowed() {
		if err := flag.Set(name, tests); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// Allowed tells whether SHA-1 may be used.
func Allowed() (ok bool) {
	defer func() { ok = recover() == nil }()
	hmac.New(sha1.New, make([]byte, 20))
	return
}
