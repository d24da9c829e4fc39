// Package django holds compat/django to the real Django, in a process of its own.
package django

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"io"
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
}

// start starts the Django of the package index.
func start(t *testing.T) *site {
	t.Helper()
	python, err := peer.Interpreter()
	check(t, err)
	s := &site{t: t, database: filepath.Join(t.TempDir(), "site.sqlite3")}
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
	if !strings.HasPrefix(v.Django, "5.2.") {
		t.Fatalf("%s has Django %s; want 5.2: see scripts/python-peers.sh", python, v.Django)
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
