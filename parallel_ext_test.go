package session_test

import (
	"crypto/fips140"
	"crypto/rand"
	"os"
	"testing"
)

// TestMain draws a random byte first: with GODEBUG=fips140=only the generator is
// seeded at its first use, which fails where the clock is synctest's.
func TestMain(m *testing.M) {
	_, _ = rand.Read(make([]byte, 1))
	os.Exit(m.Run())
}

// parallel is t.Parallel, but for FIPS 140-3 cryptography: there a second caller at
// the same moment gets a generator of its own, which has to be seeded as well.
func parallel(t *testing.T) {
	t.Helper()
	if !fips140.Enabled() {
		t.Parallel()
	}
}
