// Package flask holds compat/flask to the real Flask, the newest one and Debian's, each
// in a process of its own.
package flask

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/lab/python/peer"
)

//go:embed peer.py
var program string

// peerKey is the SECRET_KEY of the peer's applications.
const peerKey = "a key of some length"

// A flask is a running process with one version of Flask.
type flask struct {
	t   testing.TB
	in  io.Writer
	out *bufio.Reader
}

// eachFlask runs the test with the Flask of the package index and with that of
// COATCHECK_DEBIAN_PYTHON, by default Debian's own interpreter.
func eachFlask(t *testing.T, test func(t *testing.T, f *flask, old bool)) {
	newest, err := peer.Interpreter()
	if err != nil {
		t.Fatal(err)
	}
	debian := os.Getenv("COATCHECK_DEBIAN_PYTHON")
	if debian == "" {
		debian = "/usr/bin/python3"
	}
	for version, python := range map[string]string{"3.1": newest, "2.2": debian} {
		t.Run("Flask "+version, func(t *testing.T) {
			f := start(t, python)
			var v struct{ Flask string }
			f.ask(&v, map[string]any{"op": "versions"})
			if !strings.HasPrefix(v.Flask, version+".") {
				t.Fatalf("%s has Flask %s; want %s: see scripts/install-test-needs.sh", python, v.Flask, version)
			}
			test(t, f, version == "2.2")
		})
	}
}

func start(t testing.TB, python string) *flask {
	t.Helper()
	cmd := exec.Command(python, "-c", program) // ends with its input
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
			t.Errorf("%s (is Flask there? scripts/install-test-needs.sh installs it): %v\n%s", python, err, &complaint)
		}
	})
	return &flask{t, in, bufio.NewReaderSize(out, 1<<16)}
}

// ask sends a question and reads the answer.
func (f *flask) ask(answer any, question map[string]any) {
	f.t.Helper()
	line, err := json.Marshal(question)
	if err != nil {
		f.t.Fatal(err)
	}
	if _, err := f.in.Write(append(line, '\n')); err != nil {
		f.t.Fatal(err)
	}
	line, err = f.out.ReadBytes('\n')
	if err != nil {
		f.t.Fatalf("no answer: %v", err)
	}
	if err := json.Unmarshal(line, answer); err != nil {
		f.t.Fatalf("%s: %v", line, err)
	}
}

// random returns the cookie of a random session.
func (f *flask) random(seed int) string {
	f.t.Helper()
	var a struct{ Token string }
	f.ask(&a, map[string]any{"op": "random", "seed": seed})
	return a.Token
}

// again lets Flask load a cookie and dump what it got.
func (f *flask) again(token string) string {
	f.t.Helper()
	var a struct{ Token string }
	f.ask(&a, map[string]any{"op": "again", "token": token})
	return a.Token
}

// compare says how the sessions of two cookies differ in Flask's eyes, "" if they are
// equal. With a mark, b must have that key besides, as 1.
func (f *flask) compare(a, b, mark string) string {
	f.t.Helper()
	var answer struct{ Error string }
	f.ask(&answer, map[string]any{"op": "compare", "a": a, "b": b, "mark": mark})
	return answer.Error
}
