package filestore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

func open(t *testing.T, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// quick opens a store in a folder of its own.
func quick(t *testing.T) *Store {
	t.Helper()
	return open(t, t.TempDir(), Options{NoSync: true})
}

// in returns a record that ends after d.
func in(d time.Duration, data, subject string) session.Record {
	return session.Record{Data: data, Subject: subject, Expires: time.Now().Add(d)}
}

func create(t *testing.T, s *Store, key session.Key, r session.Record) session.Record {
	t.Helper()
	v, err := s.Create(t.Context(), key, r)
	if err != nil {
		t.Fatal(err)
	}
	r.Version = v
	return r
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", what, err, want)
	}
}

func wantData(t *testing.T, s *Store, key session.Key, data string) {
	t.Helper()
	r, err := s.Load(t.Context(), key)
	if err != nil || r.Data != data {
		t.Errorf("Load: got %d bytes and %v, want %q", len(r.Data), err, data)
	}
}

// wantFiles checks which files there are, below what, apart from locks.
func wantFiles(t *testing.T, s *Store, below string, want ...string) {
	t.Helper()
	var got []string
	err := fs.WalkDir(s.root.FS(), below, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != "lock" {
			got = append(got, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("files below %s: got %q, want %q", below, got, want)
	}
}

func TestOpenTellsWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ dir, want string }{
		{"", "no folder given"},
		{file, "is a file, not a folder"},
		{filepath.Join(dir, "a", "b"), "make the folder first that it is to be in"},
	} {
		s, err := Open(c.dir, Options{})
		if err == nil {
			t.Fatalf("Open(%q): no error", c.dir)
		}
		if s != nil || !strings.HasPrefix(err.Error(), "filestore: open: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Open(%q): %v, want one that says %q", c.dir, err, c.want)
		}
	}
}

// Defaults: a new folder, synced; what was stored is there after opening again.
func TestReopen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sessions")
	s := open(t, dir, Options{})
	old := create(t, s, "key", in(time.Hour, "one", "alice"))
	if _, err := s.Update(t.Context(), "key", old, in(time.Hour, "two", "alice")); err != nil {
		t.Fatal(err)
	}
	create(t, s, "ended", in(time.Hour, "x", "alice"))
	if err := s.Delete(t.Context(), "ended"); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir, Options{})
	wantData(t, again, "key", "two")
	_, err := again.Load(t.Context(), "ended")
	wantErr(t, "Load of an ended one", err, session.ErrNotFound)
}

func TestClosed(t *testing.T) {
	s := quick(t)
	old := create(t, s, "key", in(time.Hour, "one", "alice"))
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for verb, err := range everyCall(t.Context(), s, "key", old) {
		wantErr(t, verb+" after Close", err, fs.ErrClosed)
	}
}

// A call whose context is done does nothing at all.
func TestDoneContext(t *testing.T) {
	s := quick(t)
	old := create(t, s, "key", in(time.Hour, "one", "alice"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for verb, err := range everyCall(ctx, s, "key", old) {
		wantErr(t, verb, err, context.Canceled)
		if !strings.HasPrefix(err.Error(), "filestore: "+verb+": ") {
			t.Errorf("%s: error %q doesn't say so", verb, err)
		}
	}
	wantData(t, s, "key", "one")
}

// everyCall returns the error of each method.
func everyCall(ctx context.Context, s *Store, key session.Key, old session.Record) map[string]error {
	errs := map[string]error{}
	_, errs["load"] = s.Load(ctx, key)
	_, errs["create"] = s.Create(ctx, "another key", old)
	_, errs["update"] = s.Update(ctx, key, old, old)
	errs["touch"] = s.Touch(ctx, key, old, old.Expires)
	errs["delete"] = s.Delete(ctx, key)
	_, errs["sweep"] = s.Sweep(ctx, 1)
	_, errs["by subject"] = s.BySubject(ctx, "alice")
	_, errs["delete by subject"] = s.DeleteBySubject(ctx, "alice")
	_, _, errs["list"] = s.List(ctx, "", 1)
	return errs
}

// R7: a key is never part of a path, and nothing is readable by others.
func TestR7HostileKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sessions")
	s := open(t, dir, Options{NoSync: true})
	keys := []session.Key{
		"", ".", "..", "../../../../etc/passwd", "/etc/passwd", "a/b", "a\x00b", `C:\x`, `\\host\share\x`,
		"CON", "lock", "tmp-x", "subjects", "a:b", "x.", "\xff\xfe", session.Key(strings.Repeat("../", 5000)),
	}
	for _, key := range keys {
		create(t, s, key, in(time.Hour, "of "+string(key), "../"+string(key[:min(len(key), 200)])))
	}
	for _, key := range keys {
		wantData(t, s, key, "of "+string(key))
	}
	outside, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(outside) != 1 {
		t.Errorf("beside the folder: %v, %v", outside, err)
	}
	if runtime.GOOS != "windows" { // which has no such modes
		wantModes(t, dir)
	}
}

func wantModes(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// R7: a symbolic link that leads out of the folder is neither read nor written
// through, be it in the place of a record or of a folder.
func TestR7PlantedSymlink(t *testing.T) {
	s := quick(t)
	outside := filepath.Join(t.TempDir(), "secret")
	content, err := encode(session.Entry{Key: "key", Record: in(time.Hour, "outside", "")})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(outside, content, 0o600); err != nil {
		t.Fatal(err)
	}
	i := idOf("key")
	if err := s.root.Mkdir(i.folder(), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(s.root.Name(), i.path())); err != nil {
		t.Fatal(err)
	}

	_, err = s.Load(t.Context(), "key")
	wantErr(t, "Load through a link", err, session.ErrBroken)
	_, err = s.Update(t.Context(), "key", session.Record{}, in(time.Hour, "two", ""))
	wantErr(t, "Update through a link", err, session.ErrBroken)
	create(t, s, "key", in(time.Hour, "inside", ""))
	wantData(t, s, "key", "inside")
	if now, err := os.ReadFile(outside); err != nil || string(now) != string(content) {
		t.Errorf("the file outside was changed: %v", err)
	}

	other := idOf("another key")
	if err := os.Symlink(t.TempDir(), filepath.Join(s.root.Name(), other.folder())); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), "another key", in(time.Hour, "x", "")); err == nil {
		t.Error("Create through a linked folder: no error")
	}
}

// What no one would put there is no record, and no reason to panic or to hang.
func TestFolderInPlaceOfRecord(t *testing.T) {
	s := quick(t)
	i := idOf("key")
	if err := s.root.MkdirAll(i.path()+"/x", 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := s.Load(t.Context(), "key")
	wantErr(t, "Load of a folder", err, session.ErrBroken)
	if _, err := s.Create(t.Context(), "key", in(time.Hour, "x", "alice")); err == nil {
		t.Error("Create over a folder: no error")
	}
	wantFiles(t, s, ".", markOf("alice", "key")) // the mark came first
}

// Somebody ends all sessions with rm -rf DIR/* while the program runs.
func TestEmptiedFolder(t *testing.T) {
	s := quick(t)
	create(t, s, "key", in(time.Hour, "one", "alice"))
	names, err := fs.Glob(s.root.FS(), "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if err := s.root.RemoveAll(n); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.Load(t.Context(), "key")
	wantErr(t, "Load", err, session.ErrNotFound)
	create(t, s, "key", in(time.Hour, "two", "alice"))
	if found, err := s.BySubject(t.Context(), "alice"); err != nil || len(found) != 1 {
		t.Errorf("BySubject: %d records, %v", len(found), err)
	}
}
