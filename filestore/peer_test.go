package filestore

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
	"time"

	"github.com/coatcheck-go/session"
)

// peerVar, if set, makes the test binary a second process: one that does what
// the peer of that name does, to the folder in peerDir.
const (
	peerVar = "FILESTORE_TEST_PEER"
	peerDir = "FILESTORE_TEST_DIR"
)

var peers = map[string]func(s *Store) error{
	"count": func(s *Store) error { return count(context.Background(), s, increments) },
	"hold":  holdForever,
}

func TestMain(m *testing.M) {
	peer, ok := peers[os.Getenv(peerVar)]
	if !ok {
		os.Exit(m.Run())
	}
	s, err := Open(os.Getenv(peerDir), Options{NoSync: true})
	if err == nil {
		err = peer(s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// startPeer starts a peer and returns it, killable, with its output.
func startPeer(t *testing.T, peer, dir string) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), peerVar+"="+peer, peerDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

const increments = 500

// count adds one to the number in the record "counter", n times, each time over
// the very number it has read.
func count(ctx context.Context, s *Store, n int) error {
	for n > 0 {
		old, err := s.Load(ctx, "counter")
		if err != nil {
			return err
		}
		number, err := strconv.Atoi(old.Data)
		if err != nil {
			return err
		}
		rec := old
		rec.Data = strconv.Itoa(number + 1)
		_, err = s.Update(ctx, "counter", old, rec)
		switch {
		case err == nil:
			n--
		case !errors.Is(err, session.ErrConflict):
			return err
		}
	}
	return nil
}

// Two processes write one record at once, and no update is lost.
func TestTwoProcessesCount(t *testing.T) {
	s := quick(t)
	create(t, s, "counter", in(time.Hour, "0", "alice"))
	cmd, _ := startPeer(t, "count", s.root.Name())
	if err := count(t.Context(), s, increments); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error("peer:", err)
	}
	wantData(t, s, "counter", strconv.Itoa(2*increments))
}

// holdForever takes the lock of the record "key", says so, and hangs.
func holdForever(s *Store) error {
	if _, err := s.records[idOf("key")[0]].lock.Lock(context.Background()); err != nil {
		return err
	}
	fmt.Println("locked")
	select {}
}

// A process that hangs with a lock holds up nobody for longer than he has time,
// and one that is killed loses its locks.
func TestKilledHolderFreesLock(t *testing.T) {
	s := quick(t)
	cmd, out := startPeer(t, "hold", s.root.Name())
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		t.Fatalf("peer: %q, %v", line, err)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := s.Create(ctx, "key", in(time.Hour, "one", ""))
	wantErr(t, "Create while the lock is held", err, context.DeadlineExceeded)
	_, err = s.Load(t.Context(), "key")
	wantErr(t, "Load, which takes no lock", err, session.ErrNotFound)

	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed
	create(t, s, "key", in(time.Hour, "two", ""))
	wantData(t, s, "key", "two")
}

// Goroutines of one process that wait for each other give up just the same.
func TestQueueHonoursContext(t *testing.T) {
	s := quick(t)
	unlock, err := s.records[idOf("key")[0]].lock.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	wantErr(t, "Delete", s.Delete(ctx, "key"), context.DeadlineExceeded)
	unlock()
	if err := s.Delete(t.Context(), "key"); err != nil {
		t.Error(err)
	}
}
