// Package flaskexample tests examples/flask with the real Flask and a real Chromium, and
// the demo beside it.
package flaskexample

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/coatcheck-go/session/lab/python/peer"
)

// The programs under test, built for these tests.
var example, coatcheck string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "flaskexample")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	example, coatcheck = filepath.Join(dir, "example"), filepath.Join(dir, "coatcheck")
	for program, source := range map[string]string{example: "examples/flask", coatcheck: "cmd/coatcheck"} {
		build := exec.Command("go", "build", "-o", program, ".")
		build.Dir = filepath.Join("..", "..", filepath.FromSlash(source))
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building %s: %v\n%s", source, err, out)
			return 1
		}
	}
	return m.Run()
}

// The settings of all programs here: the same key.
var environ = []string{"FLASK_SECRET_KEY=a key of some length", "COATCHECK_SECRET=a key of some length"}

// newestPython has the Flask of the package index.
func newestPython(t *testing.T) string {
	t.Helper()
	python, err := peer.Interpreter()
	if err != nil {
		t.Fatal(err)
	}
	return python
}

// debianPython has Debian's, which is older.
func debianPython() string {
	if python := os.Getenv("COATCHECK_DEBIAN_PYTHON"); python != "" {
		return python
	}
	return "/usr/bin/python3"
}

var listening = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// start starts a program that serves a site on a free port, and returns the address that
// it prints in its first line. It ends with the test.
func start(t *testing.T, program string, args ...string) (url string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), environ...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(t, cmd, &complaint) })
	line, err := bufio.NewReader(out).ReadString('\n')
	if url = listening.FindString(line); err != nil || url == "" {
		t.Fatalf("%v printed %q (%v) instead of its address", cmd.Args, line, err)
	}
	return url
}

// end ends a program as Ctrl-C does.
func end(t *testing.T, cmd *exec.Cmd, complaint fmt.Stringer) {
	t.Helper()
	_ = cmd.Process.Signal(syscall.SIGINT)
	late := time.AfterFunc(15*time.Second, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v ended with: %v", cmd.Args, err)
	}
	if t.Failed() {
		t.Logf("%v wrote:\n%s", cmd.Args, complaint)
	}
}
