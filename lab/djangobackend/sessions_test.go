package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/lab/python/peer"
)

// A release is a Django that the tests run with.
type release struct {
	name    string
	python  func() (string, error)
	engines int // how many test_sessions.py runs, and as many of Django's own
}

var releases = []release{
	{"5.2", peer.Interpreter, 13},
	{"3.2", func() (string, error) { return cmp.Or(os.Getenv("COATCHECK_DEBIAN_PYTHON"), "/usr/bin/python3"), nil }, 11},
}

// output runs a Python program of this folder, which may fail.
func (d release) output(t *testing.T, args ...string) (out []byte, ok bool) {
	t.Helper()
	python, err := d.python()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, args...)
	cmd.Env = append(os.Environ(), "COATCHECK_DJANGOBACKEND="+program, "PYTHONDONTWRITEBYTECODE=1")
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err = cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || complaint.Len() > 0 {
		t.Fatalf("%s (scripts/install-test-needs.sh installs the packages that it needs): %v\n%s", python, err, &complaint)
	}
	return out, err == nil
}

// An outcome is how the tests of one engine went.
type outcome struct {
	Name   string
	Run    int
	Failed map[string]string
}

// What Django's documentation says holds for Django's own engines, so the tests are right,
// and for Coatcheck's.
func TestSessions(t *testing.T) {
	for _, d := range releases {
		for _, whose := range []string{"django", "coatcheck"} {
			t.Run("Django "+d.name+", engines of "+whose, func(t *testing.T) {
				t.Parallel()
				d.testSessions(t, whose)
			})
		}
	}
}

func (d release) testSessions(t *testing.T, whose string) {
	out, _ := d.output(t, "test_sessions.py", "--servers", addresses, whose)
	engines := 0
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); engines++ {
		var o outcome
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatalf("%s: %v", lines.Bytes(), err)
		}
		t.Run(o.Name, o.check)
	}
	if engines != d.engines {
		t.Errorf("%d engines of %s ran, want %d", engines, whose, d.engines)
	}
}

func (o outcome) check(t *testing.T) {
	if o.Run < 100 {
		t.Errorf("only %d tests ran", o.Run)
	}
	for name, failure := range o.Failed {
		t.Errorf("%s: %s", name, failure)
	}
}

// run_django_tests.py is right about what passes, what differs and what fails. The tests in
// testdata have the names of Django's, and nothing else of them.
func TestRunner(t *testing.T) {
	for _, d := range releases {
		t.Run("Django "+d.name, func(t *testing.T) {
			t.Parallel()
			out, ok := d.output(t, "run_django_tests.py", "--django-tests", "testdata/tests", "db on SQLite", "signed_cookies")
			for _, want := range []string{
				"db on SQLite: 4 tests, 2 passed, 0 skipped by Django, 1 differ, 1 fail\n",
				"differs: test_extra_session_field: it sets _auth_user_id by hand",
				"fails: sessions_tests.tests.DatabaseSessionTests.test_extra_session_fields\n",
				"signed_cookies: 1 tests, 1 passed, 0 skipped by Django, 0 differ, 0 fail\n",
			} {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
			if ok {
				t.Error("a test failed, and the program says nothing by its status")
			}
		})
	}
}

// README.md tells of every difference.
func TestDifferences(t *testing.T) {
	list, err := os.ReadFile("differences.py")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`"(test_\w+)"`).FindAllSubmatch(list, -1)
	if len(names) == 0 {
		t.Error("differences.py has none")
	}
	for _, name := range names {
		if !bytes.Contains(readme, append(name[1], '`')) {
			t.Errorf("README.md doesn't tell of %s", name[1])
		}
	}
}
