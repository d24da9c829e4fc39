// Package djangodemo tests the demo beside a real Django: one browser, one session.
package djangodemo

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/lab/python/peer"
)

const secretKey = "a key that both sites have"

var (
	coatcheck string // the program, built for these tests
	redis     *servers.Server
)

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "djangodemo")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	coatcheck = filepath.Join(dir, "coatcheck")
	build := exec.Command("go", "build", "-o", coatcheck, ".")
	build.Dir = filepath.Join("..", "..", "cmd", "coatcheck")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the demo: %v\n%s", err, out)
		return 1
	}
	if redis, err = servers.Redis(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer redis.Close()
	return m.Run()
}

//go:embed app.py
var app string

// A setting is how Django and the demo keep their sessions.
type setting struct {
	engine string // SESSION_ENGINE, without its package
	store  func(dir string) string
	cached bool // by Redis
	byName bool // the demo takes session["username"]: it can't ask auth_user
}

// start starts Django and the demo; both end with the test.
func (s setting) start(t *testing.T) (django, demo string) {
	t.Helper()
	dir := t.TempDir()
	python, err := peer.Interpreter()
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ URL string }
	peer.Test(t, python, app).Ask(map[string]string{
		"secret_key": secretKey, "database": database(dir), "folder": dir, "redis": redis.Address(), "engine": s.engine,
	}, &answer)
	args := []string{"--store", s.store(dir)}
	if s.cached {
		args = append(args, "--cache", "redis://"+redis.Address())
	}
	return answer.URL, startDemo(t, args...)
}

func database(dir string) string { return filepath.Join(dir, "db.sqlite3") }

var listening = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startDemo returns the address that the demo prints in its first line.
func startDemo(t *testing.T, args ...string) (url string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), coatcheck, append([]string{"demo", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Env = append(os.Environ(), "COATCHECK_SECRET="+secretKey)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 15 * time.Second
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Wait() // it was interrupted
		if complaint.Len() > 0 {
			t.Errorf("the demo complained:\n%s", &complaint)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if url = listening.FindString(line); err != nil || url == "" {
		t.Fatalf("the demo printed %q (%v) instead of its address", line, err)
	}
	return url
}
