// Package djangoexample tests examples/django with the real Django, the newest one and
// Debian's, in a real Chromium.
package djangoexample

import (
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
	"github.com/coatcheck-go/session/lab/internal/program"
)

var example = &program.Program{Source: "examples/django"}

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "4") // they wait as much as they work
	os.Exit(program.Main(m, example))
}

// A site is the running example, for one test.
type site struct {
	testing.TB

	url     string
	sides   program.Sides
	browser *chromium.Tab // in which its visitors are
}

// start starts the example with these sides. It ends with the test.
func start(t *testing.T, browser *chromium.Tab, python string, sides program.Sides, args ...string) *site {
	t.Helper()
	args = append([]string{"-addr", "127.0.0.1:0", "-python", python, "-go", sides.OfGo()}, args...)
	return &site{t, example.Start(t, args...).URL, sides, browser}
}

// readmeSides are as the example's README has them.
func readmeSides(t *testing.T) program.Sides {
	t.Helper()
	return program.ReadSides(t, "examples/django/README.md", "Django", 7)
}

// All that a visitor can do, with the newest Django and with Debian's; with the half of the
// routes in Go that the README has, and with the other half: so each thing is done by
// Django and by Go, and seen by the other.
func TestDjango(t *testing.T) {
	browser, half := chromium.New(t), readmeSides(t)
	for version, python := range map[string]string{"5.2": program.NewestPython(t), "3.2": program.DebianPython()} {
		for name, sides := range map[string]program.Sides{"half": half, "other half": half.Others("Django")} {
			t.Run("Django "+version+", "+name, func(t *testing.T) {
				t.Parallel()
				wantDjango(t, python, version)
				start(t, browser, python, sides).does(t, map[string]func(*site){
					"signing in and out": signingInAndOut,
					"a copied cookie":    copiedCookie,
					"messages":           messages,
					"a cart":             shopping,
					"forms":              forms,
					"all at once":        atOnce,
					"the admin":          admin,
					"another password":   anotherPassword,
				})
			})
		}
	}
}

// The pages look the same with any Django.
func TestPages(t *testing.T) {
	browser, half := chromium.New(t), readmeSides(t)
	for name, sides := range map[string]program.Sides{"half": half, "other half": half.Others("Django")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pages(start(t, browser, program.NewestPython(t), sides))
		})
	}
}

// Signing in and out where sessions aren't in a table alone, and where they are in none. On
// file and cache the example's own tests do the same without a browser.
func TestEngines(t *testing.T) {
	browser := chromium.New(t)
	for _, engine := range []string{"cached_db", "signed_cookies"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			start(t, browser, program.NewestPython(t), readmeSides(t), "-engine", engine).does(t, map[string]func(*site){
				"signing in and out": signingInAndOut,
				"another password":   anotherPassword,
			})
		})
	}
}

// wantDjango checks that a Python has the Django that it is taken for.
func wantDjango(t *testing.T, python, version string) {
	t.Helper()
	found, err := exec.Command(python, "-c", "import django; print(django.__version__)").Output()
	if err != nil || !strings.HasPrefix(string(found), version+".") {
		t.Fatalf("%s has Django %q (%v), want %s: see scripts/install-test-needs.sh", python, found, err, version)
	}
}

// does runs the tests one after the other, in any order.
func (s *site) does(t *testing.T, tests map[string]func(*site)) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(&site{t, s.url, s.sides, s.browser}) })
	}
}
