package filestore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"time"
)

// While another process holds a lock it is asked for again and again, after
// pauses that double from the first of these to the second. Asking, unlike
// waiting in the kernel, can be given up when the context ends.
const (
	firstPause = 50 * time.Microsecond
	lastPause  = 2 * time.Millisecond
)

// A folder is what one lock guards: a part of the records or of the subjects.
type folder struct {
	path string
	turn chan struct{} // full while a goroutine of this process has or wants the lock file
	made bool          // this process has seen to it that the folder is there; by turn
}

func newFolder(path string) *folder {
	return &folder{path: path, turn: make(chan struct{}, 1)}
}

// lock locks f for this goroutine, among those of all processes. Those of this
// process queue first, so that one at most asks for the lock file. Who needs two
// locks takes that of the record before that of the subject, so that nobody
// waits in a circle.
func (s *Store) lock(ctx context.Context, f *folder) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case f.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	file, err := s.lockFile(ctx, f)
	if err != nil {
		<-f.turn
		return nil, err
	}
	return func() {
		unlockFile(file)
		_ = file.Close() // nothing was written to it
		<-f.turn
	}, nil
}

// lockFile opens the lock file of f and waits for its lock.
func (s *Store) lockFile(ctx context.Context, f *folder) (*os.File, error) {
	file, err := s.openOrMake(f)
	if err != nil {
		return nil, err
	}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		got, err := tryLock(file)
		if got {
			return file, nil
		}
		if err == nil {
			err = sleep(ctx, pause)
		}
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
	}
}

// openOrMake opens the lock file of f. The first time, and when somebody has
// emptied the store's folder while it is open, it makes f.
func (s *Store) openOrMake(f *folder) (*os.File, error) {
	if f.made {
		file, err := s.openLock(f.path)
		if !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
	}
	if err := s.makeFolder(f.path); err != nil {
		return nil, err
	}
	f.made = true
	return s.openLock(f.path)
}

// makeFolder makes a folder and those above it. It waits for the disk even if
// all are there, as another process may have made them this very moment.
func (s *Store) makeFolder(name string) error {
	if err := s.root.MkdirAll(name, 0o700); err != nil {
		return err
	}
	for name != "." {
		name = path.Dir(name)
		if err := s.syncFolder(name); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) openLock(folder string) (*os.File, error) {
	return s.root.OpenFile(path.Join(folder, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
}

// sleep waits for d, or returns the error of ctx if that ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
