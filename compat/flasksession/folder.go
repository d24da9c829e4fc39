package flasksession

import (
	"cmp"
	"context"
	"crypto/md5" //nolint:gosec // cachelib's names, nothing is protected by it
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/filelock"
	"github.com/coatcheck-go/session/kv"
)

// FolderOptions say how the cachelib of the peers is set. The zero value is what
// cachelib 0.16 and newer do by default.
type FolderOptions struct {
	// MD5 names new files as cachelib before 0.16 does, which knows no others.
	// Files of both names are found.
	MD5 bool

	// Mode is SESSION_FILE_MODE. Default 0600.
	Mode fs.FileMode
}

// A Folder is a kv.Store on SESSION_FILE_DIR, that of SESSION_TYPE "filesystem" or
// a cachelib.FileSystemCache. A file's name is the hash of its key, and it holds
//
//	4 bytes  when its time is over, in Unix seconds, little-endian; 0: never
//	the rest the value, a pickle
//
// Go processes exclude each other by a lock in the folder, under a name that
// cachelib leaves alone. cachelib itself locks nothing: a write of its own that falls
// between Go's look at the file and the renaming that follows at once is lost. Where
// three processes did nothing but write one session, that was one in twenty.
//
// As cachelib does, Folder counts the files, and doesn't wait for the disk: after a
// power failure an older state may be back. Unlike cachelib it never deletes files
// of which the time isn't over; a peer's does, the oldest ones, when there are more
// than SESSION_FILE_THRESHOLD.
type Folder struct {
	path  string
	mode  fs.FileMode
	names []func(key string) string // how files are named, that of new ones first
	lock  *filelock.Lock
}

var _ kv.Expirer = (*Folder)(nil)

const (
	// cachelib takes what ends so for its own temporary files.
	temporary = ".__wz_cache"

	countKey = "__wz_cache_count"
	head     = 4

	defaultMode = 0o600
)

// OpenFolder returns the store in the folder at path, which it makes if it isn't
// there. The error is the system's.
func OpenFolder(path string, o FolderOptions) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("flasksession: open folder: %w", err)
	}
	f := &Folder{
		path:  path,
		mode:  cmp.Or(o.Mode, defaultMode),
		names: []func(string) string{sha256Name, md5Name},
		lock:  filelock.New(filepath.Join(path, "coatcheck-lock"+temporary)),
	}
	if o.MD5 {
		slices.Reverse(f.names)
	}
	return f, nil
}

func sha256Name(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func md5Name(key string) string {
	sum := md5.Sum([]byte(key)) //nolint:gosec // see above
	return hex.EncodeToString(sum[:])
}

// Get implements kv.Store.
func (f *Folder) Get(ctx context.Context, key string) (value string, err error) {
	value, _, err = f.GetUntil(ctx, key)
	return value, err
}

// GetUntil implements [kv.Expirer].
func (f *Folder) GetUntil(ctx context.Context, key string) (value string, until time.Time, err error) {
	if err = ctx.Err(); err == nil {
		var found file
		if found, err = f.find(key); err == nil {
			return found.value, found.until, nil
		}
	}
	return "", time.Time{}, fmt.Errorf("flasksession: folder: get: %w", err)
}

// Add implements kv.Store.
func (f *Folder) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	return f.locked(ctx, "add", func() error {
		switch _, err := f.find(key); {
		case err == nil:
			return session.ErrConflict
		case !errors.Is(err, session.ErrNotFound):
			return err
		}
		if err := f.remove(key); err != nil || ttl <= 0 {
			return err // what is expired under the other name must not come to light
		}
		if err := f.write(f.names[0](key), value, time.Now().Add(ttl)); err != nil {
			return err
		}
		return f.adjust(1)
	})
}

// Swap implements kv.Store. The new file is ready before it looks at the old one, so
// that a peer's write hardly ever falls between.
func (f *Folder) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	tmp, err := f.prepare(value, time.Now().Add(ttl))
	if err != nil {
		return fmt.Errorf("flasksession: folder: swap: %w", err)
	}
	defer func() { _ = os.Remove(tmp) }() // unless it has another name now
	return f.locked(ctx, "swap", func() error {
		found, err := f.find(key)
		switch {
		case err != nil:
			return err
		case found.value != old:
			return session.ErrConflict
		case ttl <= 0:
			return f.remove(key)
		}
		return os.Rename(tmp, filepath.Join(f.path, found.name))
	})
}

// Delete implements kv.Store.
func (f *Folder) Delete(ctx context.Context, key string) error {
	return f.locked(ctx, "delete", func() error { return f.remove(key) })
}

// locked does what must not be done by two at once.
func (f *Folder) locked(ctx context.Context, act string, do func() error) error {
	unlock, err := f.lock.Lock(ctx)
	if err == nil {
		err = do()
		unlock()
	}
	if err != nil {
		return fmt.Errorf("flasksession: folder: %s: %w", act, err)
	}
	return nil
}
