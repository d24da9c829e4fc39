package flask

import (
	"testing"

	"github.com/coatcheck-go/session/compat/internal/sha1test"
)

// TestMain leaves only the test of the refusal where SHA-1, which is the format's,
// may not be used (GODEBUG=fips140=only).
func TestMain(m *testing.M) { sha1test.Main(m, "test.run", "^TestNew_DigestNotAllowed$") }
