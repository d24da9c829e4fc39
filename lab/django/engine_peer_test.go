// Package django holds compat/django to the real Django, in a process of its own.
package django

import (
	"bufio"
	"cmp"
	_ "embed"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/lab/python/peer"
)

//go:embed peer.py
var program string

// peerKey is the SECRET_KEY of the peer's site.
const peerKey = "a key of some length"

// A site is a running process with Django, and its database.
type site struct {
	t        *testing.T
	in       io.Writer
	out      *bufio.Reader
	database string // path of the SQLite file
	old      bool   // Django 3.2
}

// versions are those that the tests need, each with the way to a Python that has it.
var versions = map[string]func() (python string, err error){
	"5.2": peer.Interpreter,
	"3.2": func() (string, error) { return cmp.Or(os.Getenv("COATCHECK_DEBIAN_PYTHON"), "/usr/bin/python3"), nil },
}

const newest = "5.2"

// start starts a Django: that of the package index, or Debian's.
func start(t *testing.T, version string) *site {
	t.Helper()
	python, err := versions[version]()
	check(t, err)
	s := &site{t: t, database: filepath.Join(t.TempDir(), "site.sqlite3"), old: version != newest}
	cmd := exec.Command(python, "-c", program, s.database) // ends with its input
	var complaint strings.Builder
	cmd.Stderr = &complaint
	in, errIn := cmd.StdinPipe()
	out, errOut := cmd.StdoutPipe()
	if errIn != nil || errOut != nil {
		t.Fatal(errIn, errOut)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s doesn't start: %v", python, err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil || complaint.Len() > 0 {
			t.Errorf("%s: %v\n%s", python, err, &complaint)
		}
	})
	s.in, s.out = in, bufio.NewReaderSize(out, 1<<16)
	var v struct{ Django string }
	s.ask(&v, question{"op": "versions"})
	if !strings.HasPrefix(v.Django, version+".") {
		t.Fatalf("%s has Django %s; want %s: see scripts/install-test-needs.sh", python, v.Django, version)
	}
	return s
}

type question map[string]any

// ask sends a question and reads the answer.
func (s *site) ask(answer any, q question) {
	s.t.Helper()
	line, err := json.Marshal(q)
	check(s.t, err)
	_, err = s.in.Write(append(line, '\n'))
	check(s.t, err)
	line, err = s.out.ReadBytes('\n')
	if err != nil {
		s.t.Fatalf("no answer to %v: %v", q["op"], err)
	}
	if err := json.Unmarshal(line, answer); err != nil {
		s.t.Fatalf("%s: %v", line, err)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
