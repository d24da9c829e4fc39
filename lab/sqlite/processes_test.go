package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/sqlstore"
)

// fileVariable tells a process that it is one of the helpers of TestProcesses.
const fileVariable = "COATCHECK_LAB_SQLITE_FILE"

const (
	processes  = 2
	increments = 500
)

func TestMain(m *testing.M) {
	if file := os.Getenv(fileVariable); file != "" {
		os.Exit(help(file))
	}
	os.Exit(m.Run())
}

// TestProcesses lets processes add to one number, each time only if it is still
// the one they read. None of their additions may be lost.
func TestProcesses(t *testing.T) {
	file := newFile(t)
	s := open(t, file)
	_, err := s.Create(t.Context(), "key", record("0"))
	must(t, err)

	var helpers []*helper
	for range processes {
		helpers = append(helpers, start(t, file))
	}
	for _, h := range helpers {
		must(t, h.begin())
	}
	for _, h := range helpers {
		must(t, h.Wait())
	}
	rec, err := s.Load(t.Context(), "key")
	if want := strconv.Itoa(processes * increments); err != nil || rec.Data != want {
		t.Errorf("the number is %q (%v), want %s", rec.Data, err, want)
	}
}

// A helper is a process that is ready, and waits to begin.
type helper struct {
	*exec.Cmd
	barrier io.WriteCloser
}

func start(t *testing.T, file string) *helper {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fileVariable+"="+file)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("a helper didn't get ready: %v", err)
	}
	return &helper{Cmd: cmd, barrier: in}
}

func (h *helper) begin() error { return h.barrier.Close() }

// help is what a helper does. It returns its exit status.
func help(file string) int {
	if err := countUp(file); err != nil {
		fmt.Fprintln(os.Stderr, "helper:", err)
		return 1
	}
	return 0
}

func countUp(file string) error {
	db, err := connect(file, recommended)
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := sqlstore.New(db, sqlstore.SQLite, sqlstore.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println("ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	for range increments {
		if err := addOne(s); err != nil {
			return err
		}
	}
	return nil
}

func addOne(s session.Store) error {
	for {
		old, err := s.Load(context.Background(), "key")
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(old.Data)
		if err != nil {
			return err
		}
		_, err = s.Update(context.Background(), "key", old, record(strconv.Itoa(n+1)))
		if !errors.Is(err, session.ErrConflict) {
			return err
		}
	}
}
