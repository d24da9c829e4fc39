package browser

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is the path of coatcheck, built for these tests.
var program string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "coatcheck")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "coatcheck")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "..", "cmd", "coatcheck")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building coatcheck: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// A demo is a running `coatcheck demo`.
type demo struct {
	tb   testing.TB
	url  string // http://127.0.0.1:PORT
	cmd  *exec.Cmd
	end  context.CancelFunc
	errs notes
}

// startDemo starts the demo on a free port and a new database.
func startDemo(t *testing.T) *demo {
	t.Helper()
	return startDemoOn(t, "127.0.0.1:0", filepath.Join(t.TempDir(), "sessions.db"))
}

func startDemoOn(t *testing.T, addr, file string) *demo {
	t.Helper()
	return startDemoWith(t, "--addr", addr, "--store", "sqlite:"+file)
}

func startDemoWith(t *testing.T, flags ...string) *demo {
	t.Helper()
	ctx, end := context.WithCancel(context.WithoutCancel(t.Context()))
	d := &demo{tb: t, end: end}
	d.cmd = exec.CommandContext(ctx, program, append([]string{"demo"}, flags...)...)
	d.cmd.Cancel = func() error { return d.cmd.Process.Signal(syscall.SIGTERM) }
	d.cmd.WaitDelay = 15 * time.Second // then it is killed
	d.cmd.Stderr = &d.errs
	out, err := d.cmd.StdoutPipe()
	if err == nil {
		err = d.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.stop)
	d.url = d.announced(out)
	return d
}

var listening = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// announced returns the address that the demo prints in its first line.
func (d *demo) announced(out io.Reader) string {
	d.tb.Helper()
	line, err := bufio.NewReader(out).ReadString('\n')
	url := listening.FindString(line)
	if err != nil || url == "" {
		d.tb.Fatalf("the demo printed %q (%v) instead of its address", line, err)
	}
	return url
}

func (d *demo) addr() string { return strings.TrimPrefix(d.url, "http://") }

// stop ends the demo as Ctrl-C does. A second time it does nothing.
func (d *demo) stop() {
	d.tb.Helper()
	if d.cmd.ProcessState != nil {
		return
	}
	d.end()
	err := d.cmd.Wait()
	if !d.cmd.ProcessState.Success() {
		d.tb.Errorf("the demo ended with: %v", err)
	}
	if text, _ := d.errs.read(); d.tb.Failed() && text != "" {
		d.tb.Logf("the demo wrote:\n%s", text)
	}
}

// open opens a page of the demo, which must be there.
func (d *demo) open(p *profile, path string) {
	p.Helper()
	if status := p.visit(d.url + path); status != 200 {
		p.Errorf("%s: status %d", path, status)
	}
}

// signIn signs in at a new device.
func (d *demo) signIn(p *profile, name, password string) {
	p.Helper()
	d.open(p, "/login")
	p.fill("input[name=username]", name)
	p.fill("input[name=password]", password)
	p.press(signInButton)
}

const (
	signInButton  = `form[action="/login"] button`
	signOutButton = `form[action="/logout"] button`
)
