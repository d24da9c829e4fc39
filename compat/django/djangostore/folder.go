package djangostore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/filelock"
	"github.com/coatcheck-go/session/kv"
)

// A Folder is a kv.Store on a folder of Django's, opened by [OpenFolder] or
// [OpenCacheFolder]. A file is complete at every moment: it is written under another
// name and renamed. Its mode is 0600, as Django has it.
//
// Go processes exclude each other by a lock in the folder, under a name that Django
// leaves alone, so among them no update is lost and nothing that was ended comes back.
// Django itself locks nothing: what it does between Go's look and Go's rename is
// overwritten, which takes microseconds.
//
// As Django does, Folder doesn't wait for the disk: after a power failure an older
// state may be back.
type Folder struct {
	path string
	form form
	lock *filelock.Lock
}

var _ kv.Expirer = (*Folder)(nil)

// A form is what Django's two kinds of folders differ in.
type form interface {
	// name returns a key's file, "" if no file can have that key.
	name(key string) string

	// temporary is the pattern of names that nobody looks at.
	temporary(name string) string

	// owns tells whether a file is one that name gives.
	owns(name string) bool

	// write returns what is in a file, and when it says that it was changed.
	write(value string, until time.Time) (content []byte, modified time.Time, err error)

	// read is the reverse.
	read(content []byte, modified time.Time) (value string, until time.Time, err error)
}

func newFolder(path, lock string, f form) *Folder {
	return &Folder{path, f, filelock.New(filepath.Join(path, lock))}
}

// Get implements kv.Store.
func (f *Folder) Get(ctx context.Context, key string) (value string, err error) {
	value, _, err = f.GetUntil(ctx, key)
	return value, err
}

// GetUntil implements [kv.Expirer].
func (f *Folder) GetUntil(ctx context.Context, key string) (value string, until time.Time, err error) {
	var r row
	if err = ctx.Err(); err == nil {
		r, err = f.live(f.form.name(key))
	}
	if err != nil {
		return "", time.Time{}, failed("folder: get", err)
	}
	return r.value, r.until, nil
}

// live returns what is in a file that isn't over.
func (f *Folder) live(name string) (row, error) {
	r, err := f.read(name)
	if err == nil && !r.until.After(time.Now()) {
		err = session.ErrNotFound
	}
	return r, err
}

func (f *Folder) read(name string) (r row, err error) {
	if name == "" {
		return r, session.ErrNotFound
	}
	content, modified, err := readFile(filepath.Join(f.path, name))
	if errors.Is(err, fs.ErrNotExist) {
		return r, session.ErrNotFound
	}
	if err == nil {
		r.value, r.until, err = f.form.read(content, modified)
	}
	return r, err
}

var errFileKey = errors.New("no file can have this key")

// Add implements kv.Store.
func (f *Folder) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	name := f.form.name(key)
	if name == "" {
		return failed("folder: add", errFileKey)
	}
	return f.write(ctx, "add", name, value, ttl, func() error {
		_, err := f.live(name)
		switch {
		case err == nil:
			return session.ErrConflict
		case errors.Is(err, session.ErrNotFound):
			return nil
		}
		return err
	})
}

// Swap implements kv.Store.
func (f *Folder) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	name := f.form.name(key)
	if name == "" {
		return failed("folder: swap", session.ErrNotFound)
	}
	return f.write(ctx, "swap", name, value, ttl, func() error {
		r, err := f.live(name)
		if err == nil && r.value != old {
			err = session.ErrConflict
		}
		return err
	})
}

// write puts a value into a file, or removes the file if the time is over at once,
// unless look finds something against it. The new file is ready before that, so that
// what Django does hardly ever falls between.
func (f *Folder) write(ctx context.Context, act, name, value string, ttl time.Duration, look func() error) error {
	if err := ctx.Err(); err != nil {
		return failed("folder: "+act, err)
	}
	tmp, err := f.prepare(name, value, time.Now().Add(ttl))
	if err != nil {
		return failed("folder: "+act, err)
	}
	defer func() { _ = os.Remove(tmp) }() // unless it has another name now
	return f.locked(ctx, act, func() error {
		if err := look(); err != nil {
			return err
		}
		if ttl <= 0 {
			return f.remove(name)
		}
		return unnamed(os.Rename(tmp, filepath.Join(f.path, name)))
	})
}

// prepare writes a file under a name that nobody looks at, and returns its path.
func (f *Folder) prepare(name, value string, until time.Time) (path string, err error) {
	content, modified, err := f.form.write(value, until)
	if err != nil {
		return "", err
	}
	tmp, err := os.CreateTemp(f.path, f.form.temporary(name))
	if err != nil {
		return "", unnamed(err)
	}
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Close(), os.Chtimes(tmp.Name(), modified, modified))
	if err != nil {
		_ = os.Remove(tmp.Name())
		return "", unnamed(err)
	}
	return tmp.Name(), nil
}

// Delete implements kv.Store.
func (f *Folder) Delete(ctx context.Context, key string) error {
	return f.locked(ctx, "delete", func() error { return f.remove(f.form.name(key)) })
}

func (f *Folder) remove(name string) error {
	if name == "" {
		return nil
	}
	err := os.Remove(filepath.Join(f.path, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return unnamed(err)
}

// locked does what must not be done by two at once.
func (f *Folder) locked(ctx context.Context, act string, do func() error) error {
	unlock, err := f.lock.Lock(ctx)
	if err == nil {
		err = do()
		unlock()
	}
	return failed("folder: "+act, err)
}

// unnamed takes the paths out of an error, since a session's path has its key in it.
func unnamed(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return fmt.Errorf("%s: %w", path.Op, path.Err)
	case errors.As(err, &link):
		return fmt.Errorf("%s: %w", link.Op, link.Err)
	}
	return err
}
