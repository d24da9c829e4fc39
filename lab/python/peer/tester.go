package peer

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A Tester is a Python program of a test's own. Whatever goes wrong fails the test.
type Tester struct {
	*Peer

	t testing.TB
}

// Test starts a program, which ends with its input, and so with the test. A complaint
// of its, on the standard error, is an error of the test.
func Test(t testing.TB, python, program string) *Tester {
	t.Helper()
	cmd := exec.Command(python, "-c", program)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	p, err := start(cmd)
	if err != nil {
		t.Fatalf("%s doesn't start: %v", python, err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil || complaint.Len() > 0 {
			t.Errorf("%s (scripts/install-test-needs.sh installs the packages that it needs): %v\n%s", python, err, &complaint)
		}
	})
	return &Tester{p, t}
}

// For returns the same program for a part of the test.
func (p *Tester) For(t testing.TB) *Tester { return &Tester{p.Peer, t} }

// Ask sends a question and stores the answer in what answer points to.
func (p *Tester) Ask(question, answer any) {
	p.t.Helper()
	if err := p.Peer.Ask(question, answer); err != nil {
		p.t.Fatal(err)
	}
}

// A Release is one of a Python package that a test is made with.
type Release struct {
	Version string // how its number begins
	Debian  bool   // it is in the Python of COATCHECK_DEBIAN_PYTHON, by default Debian's own
}

// Each runs test with each release, by a program that answers the question "versions"
// with the versions of packages. Another one than was asked for is an error.
func Each(t *testing.T, program, pkg string, releases []Release, test func(t *testing.T, p *Tester, r Release)) {
	newest, err := Interpreter()
	if err != nil {
		t.Fatal(err)
	}
	debian := os.Getenv("COATCHECK_DEBIAN_PYTHON")
	if debian == "" {
		debian = "/usr/bin/python3"
	}
	for _, r := range releases {
		t.Run(pkg+" "+r.Version, func(t *testing.T) {
			python := newest
			if r.Debian {
				python = debian
			}
			p := Test(t, python, program)
			found := map[string]string{}
			p.Ask(map[string]any{"op": "versions"}, &found)
			if !strings.HasPrefix(found[pkg], r.Version+".") {
				t.Fatalf("%s has %s %s; want %s: see scripts/install-test-needs.sh", python, pkg, found[pkg], r.Version)
			}
			test(t, p, r)
		})
	}
}
