package flasksession

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

// A flask is a running process with one version of Flask-Session.
type flask struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Reader
}

// eachFlask runs the test with the Flask-Session of the package index and with that
// of COATCHECK_DEBIAN_PYTHON, by default Debian's own interpreter.
func eachFlask(t *testing.T, test func(t *testing.T, f *flask, old bool)) {
	newest, err := peer.Interpreter()
	if err != nil {
		t.Fatal(err)
	}
	debian := os.Getenv("COATCHECK_DEBIAN_PYTHON")
	if debian == "" {
		debian = "/usr/bin/python3"
	}
	for version, python := range map[string]string{"0.8": newest, "0.3": debian} {
		t.Run("Flask-Session "+version, func(t *testing.T) {
			f := startPeer(t, python)
			var v struct {
				FlaskSession string `json:"flask_session"`
			}
			f.ask(&v, map[string]any{"op": "versions"})
			if !strings.HasPrefix(v.FlaskSession, version+".") {
				t.Fatalf("%s has Flask-Session %s; want %s", python, v.FlaskSession, version)
			}
			test(t, f, version == "0.3")
		})
	}
}

func startPeer(t *testing.T, python string) *flask {
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
			t.Errorf("%s (has it python3-flask-session, python3-redis, python3-memcache and python3-flask-sqlalchemy?): %v\n%s", python, err, &complaint)
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

// An application is one of Flask's with its SESSION_TYPE.
type application struct {
	f        *flask
	question map[string]any // what all questions have in common
}

func (a application) ask(answer any, op string, more map[string]any) {
	a.f.t.Helper()
	q := map[string]any{"op": op}
	for _, part := range []map[string]any{a.question, more} {
		for k, v := range part {
			q[k] = v
		}
	}
	a.f.ask(answer, q)
}

// fill returns the cookie of a new session with random values.
func (a application) fill(seed, bits int, pickled bool) (cookie string) {
	a.f.t.Helper()
	var answer struct{ Cookie string }
	a.ask(&answer, "fill", map[string]any{"seed": seed, "bits": bits, "pickled": pickled})
	return answer.Cookie
}

// A view is a session as Flask sees it, and the cookie it has after that.
type view struct {
	Cookie string
	Values map[string]string // the canonical texts
}

func (a application) look(cookie string) (v view) {
	a.f.t.Helper()
	a.ask(&v, "look", map[string]any{"cookie": cookie})
	return v
}
