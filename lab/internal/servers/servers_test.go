package servers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

var all = map[string]func() (*Server, error){
	"postgres": Postgres,
	"mariadb":  MariaDB,
	"redis":    func() (*Server, error) { return Redis() },
}

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

// ownerVariable tells this program that it is the one to be killed.
const ownerVariable = "COATCHECK_LAB_SERVERS_OWNER"

func TestMain(m *testing.M) {
	if name := os.Getenv(ownerVariable); name != "" {
		own(all[name])
	}
	os.Exit(m.Run())
}

// own starts a server, prints its address and folder, and waits to be killed.
func own(start func() (*Server, error)) {
	s, err := start()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.Address())
	fmt.Println(s.folder)
	select {}
}

// A server ends with the process that started it, even if that is killed.
func TestOrphan(t *testing.T) {
	for name := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, kill := owned(t, name)
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatalf("%q: %v", address, err)
			}
			defer conn.Close()
			kill()
			_, _ = io.Copy(io.Discard, conn) // ends when the server does
			for err == nil {
				err = dial(address)
			}
		})
	}
}

// owned starts a process that starts the server.
func owned(t *testing.T, name string) (address string, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownerVariable+"="+name)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Scan()
	address = lines.Text()
	lines.Scan()
	t.Cleanup(func() { _ = os.RemoveAll(lines.Text()) })
	return address, func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	}
}

// dial tells whether somebody is at the address.
func dial(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}
