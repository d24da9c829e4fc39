// Package fakepython stands in the place of Python in tests that must run without one:
// the test's own program, run again.
package fakepython

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

// variable tells this program that it is Python, and how it shall behave.
const variable = "COATCHECK_FAKE_PYTHON"

// Main is for TestMain: it returns at once, unless this process is the fake.
func Main() {
	switch os.Getenv(variable) {
	case "":
		return
	case "serves":
		server := httptest.NewServer(http.NotFoundHandler())
		fmt.Println(server.URL)
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	default:
		os.Exit(1)
	}
}

// Serving returns an interpreter that runs whatever it is given as a site without pages.
func Serving(t *testing.T) (python string) { return is(t, "serves") }

// Ending returns one that ends at once, as where a package is missing.
func Ending(t *testing.T) (python string) { return is(t, "ends") }

func is(t *testing.T, behaviour string) (python string) {
	t.Helper()
	t.Setenv(variable, behaviour)
	return os.Args[0]
}
