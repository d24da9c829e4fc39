package program

import (
	"os"
	"testing"

	"github.com/coatcheck-go/session/lab/python/peer"
)

// NewestPython returns the Python that has the newest frameworks.
func NewestPython(tb testing.TB) string {
	tb.Helper()
	python, err := peer.Interpreter()
	if err != nil {
		tb.Fatal(err)
	}
	return python
}

// DebianPython returns Debian's, whose frameworks are older.
func DebianPython() string {
	if python := os.Getenv("COATCHECK_DEBIAN_PYTHON"); python != "" {
		return python
	}
	return "/usr/bin/python3"
}
