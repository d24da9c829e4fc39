package filestore

import (
	"errors"
	"io/fs"
	"os"
	"path"

	"github.com/coatcheck-go/session/internal/filelock"
)

// A folder is what one lock guards: a part of the records or of the subjects. Who needs
// two takes that of the record before that of the subject, so that nobody waits in a
// circle.
type folder struct {
	path string
	lock *filelock.Lock
	made bool // this process has seen to it that the folder is there; openOrMake alone looks
}

func (s *Store) newFolder(path string) *folder {
	f := &folder{path: path}
	f.lock = filelock.Of(func() (*os.File, error) { return s.openOrMake(f) })
	return f
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
