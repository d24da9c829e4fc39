package django

import (
	"testing"

	"github.com/coatcheck-go/session/compat/internal/sha1test"
)

// TestMain leaves out the tests of SHA-1, which old formats need, where it may not be
// used (GODEBUG=fips140=only).
func TestMain(m *testing.M) { sha1test.Main(m, "test.skip", "SHA1") }
