//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package filestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

func init() {
	peers["disk full"] = writeToFullDisk
	peers["no permission"] = writeWithoutPermission
}

// writeToFullDisk lets no file grow over 4 KiB, so that a larger one fails in
// the middle, as on a full disk.
func writeToFullDisk(s *Store) error {
	old, err := s.Load(context.Background(), "key")
	if err != nil {
		return err
	}
	limit := syscall.Rlimit{Cur: 4096, Max: 4096}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	large := old
	large.Data = strings.Repeat("x", 8192)
	_, updateErr := s.Update(context.Background(), "key", old, large)
	_, createErr := s.Create(context.Background(), "another key", large)
	for _, err := range []error{updateErr, createErr} {
		if !errors.Is(err, syscall.EFBIG) || !strings.Contains(err.Error(), "make room on the disk") {
			return fmt.Errorf("write over the limit: got error %v", err)
		}
	}
	return nil
}

// A write that fails in the middle leaves the old record whole and no file behind.
func TestDiskFull(t *testing.T) {
	s := quick(t)
	create(t, s, "key", in(time.Hour, "one", ""))
	cmd, _ := startPeer(t, "disk full", s.root.Name())
	if err := cmd.Wait(); err != nil {
		t.Error("peer:", err)
	}
	wantData(t, s, "key", "one")
	wantFiles(t, s, ".", idOf("key").path())
}

func TestDiskFullAdvice(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		err := fail("create", &fs.PathError{Op: "write", Path: "x", Err: errno})
		if !errors.Is(err, errno) || !strings.Contains(err.Error(), "make room on the disk") {
			t.Errorf("%v: got %q", errno, err)
		}
	}
}

// writeWithoutPermission is no longer root, who may write anywhere, and meets a
// folder it may not write to.
func writeWithoutPermission(s *Store) error {
	const nobody = 65534
	if os.Geteuid() == 0 {
		if err := errors.Join(syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
			return err
		}
	}
	dir := filepath.Join(s.root.Name(), "nobody")
	s, err := Open(dir, Options{NoSync: true})
	if err != nil {
		return err
	}
	i, rec := idOf("key"), session.Record{Data: "one", Expires: time.Now().Add(time.Hour)}
	if rec.Version, err = s.Create(context.Background(), "key", rec); err != nil {
		return err
	}
	if err := s.root.Chmod(i.folder(), 0o500); err != nil {
		return err
	}
	_, updateErr := s.Update(context.Background(), "key", rec, rec)
	deleteErr := s.Delete(context.Background(), "key")
	if err := s.root.Chmod(i.path(), 0); err != nil {
		return err
	}
	_, loadErr := s.Load(context.Background(), "key")
	if err := os.Chmod(dir, 0o500); err != nil {
		return err
	}
	_, openErr := Open(filepath.Join(dir, "inner"), Options{})
	for _, err := range []error{updateErr, deleteErr, loadErr, openErr} {
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "belong to the user") {
			return fmt.Errorf("without permission: got error %v", err)
		}
	}
	return os.Chmod(dir, 0o700)
}

// Missing permission is an error that says what to do, not a missing session.
func TestNoPermission(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(os.Chmod(filepath.Dir(dir), 0o711), os.Chmod(dir, 0o777)); err != nil {
		t.Fatal(err)
	}
	cmd, _ := startPeer(t, "no permission", dir)
	if err := cmd.Wait(); err != nil {
		t.Error("peer:", err)
	}
	i := idOf("key").path()
	if err := os.Chmod(filepath.Join(dir, "nobody", i), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, filepath.Join(dir, "nobody"), Options{NoSync: true})
	wantData(t, s, "key", "one")
	wantFiles(t, s, ".", i)
}
