package program

import (
	"bufio"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// patience is how long a program may take for what it is asked for.
const patience = 30 * time.Second

// A Site is a program that serves one.
type Site struct {
	URL   string // http://127.0.0.1:PORT
	Notes Notes  // what it has written to the standard error

	tb  testing.TB
	cmd *exec.Cmd
}

var listening = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// Start starts a program that prints its address in its first line. It ends with the
// test.
func (p *Program) Start(tb testing.TB, args ...string) *Site {
	tb.Helper()
	s := &Site{tb: tb, cmd: p.Command(args...)}
	s.cmd.Stderr = &s.Notes
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if s.URL = listening.FindString(line); err != nil || s.URL == "" {
		tb.Fatalf("%q printed %q (%v) instead of its address", s.cmd.Args, line, err)
	}
	return s
}

// Addr is HOST:PORT.
func (s *Site) Addr() string { return strings.TrimPrefix(s.URL, "http://") }

// Signal sends a signal to the program.
func (s *Site) Signal(signal os.Signal) {
	s.tb.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		s.tb.Fatal(err)
	}
}

// Stop ends the program as Ctrl-C does. A second time it does nothing.
func (s *Site) Stop() {
	s.tb.Helper()
	if s.cmd.ProcessState != nil {
		return
	}
	_ = s.cmd.Process.Signal(os.Interrupt) // it may have ended by itself
	late := time.AfterFunc(patience, func() { _ = s.cmd.Process.Kill() })
	defer late.Stop()
	if err := s.cmd.Wait(); err != nil {
		s.tb.Errorf("%q ended with: %v", s.cmd.Args, err)
	}
	if text, _ := s.Notes.read(); s.tb.Failed() && text != "" {
		s.tb.Logf("%q wrote:\n%s", s.cmd.Args, text)
	}
}
