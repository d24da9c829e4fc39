package sealed

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// comparesOpenly finds comparisons whose time tells how much is alike.
var comparesOpenly = regexp.MustCompile(`\b(bytes\.(Equal|Compare|HasPrefix)|slices\.(Equal|Compare)|reflect\.DeepEqual)\(`)

// TestR15_SecretsAreComparedInConstantTime reads the source of what handles keys: bytes are
// compared by hmac.Equal or not at all.
func TestR15_SecretsAreComparedInConstantTime(t *testing.T) {
	constant := 0
	for _, pattern := range []string{"*.go", "../keyring/*.go"} {
		files, err := filepath.Glob(pattern)
		check(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			check(t, err)
			if found := comparesOpenly.FindString(string(source)); found != "" {
				t.Errorf("%s: %s…)", file, found)
			}
			constant += strings.Count(string(source), "hmac.Equal(")
		}
	}
	if constant < 3 {
		t.Errorf("hmac.Equal is called in %d places, want the commitment, the signature and the ring", constant)
	}
}
