package servers

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

var all = map[string]func() (*Server, error){"postgres": Postgres, "mariadb": MariaDB}

// A server starts again where it was, and leaves nothing behind.
func TestServer(t *testing.T) {
	for name, start := range all {
		t.Run(name, func(t *testing.T) {
			s, err := start()
			if err != nil {
				t.Fatal(err)
			}
			pid := s.process.cmd.Process.Pid
			if err := errors.Join(s.Stop(), s.Stop()); err != nil {
				t.Error(err)
			}
			if _, err := net.Dial("tcp", s.Address()); err == nil {
				t.Error("a server that was stopped is there")
			}
			if err := s.Start(); err != nil {
				t.Error(err)
			}
			if s.process.cmd.Process.Pid == pid {
				t.Error("it never stopped")
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(s.folder); !os.IsNotExist(err) {
				t.Errorf("its folder is there: %v", err)
			}
		})
	}
}

// What goes wrong is told: no program, and a program that ends.
func TestServerThatDoesNotStart(t *testing.T) {
	for program, want := range map[string]string{
		"no-such-program":  "run make test",
		"/no/such/program": "run make test",
		"false":            "exit status 1",
	} {
		_, err := run(kind{
			name:    "broken",
			prepare: func(*Server) error { return nil },
			command: func(*Server, string) *exec.Cmd { return exec.Command(program) },
			ping:    refuse,
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", program, err, want)
		}
	}
}

func refuse(context.Context, *Server) error { return errors.New("nobody is there") }
