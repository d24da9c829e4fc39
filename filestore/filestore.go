package filestore

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/filelock"
)

// parts is how many sub-folders the records are spread over, by the first byte
// of their name; and so are the subjects.
const parts = 256

// Options change how a [Store] works. The zero value is the recommended one.
type Options struct {
	// NoSync doesn't wait for the disk: writes take a half to a tenth of the
	// time. While the system runs nothing is different, even if the program
	// crashes. But after a power cut or a crash of the system, sessions saved
	// in the last half minute or so may be lost or broken, and sessions that
	// were ended may be back. Fit for tests and for what may be lost.
	NoSync bool
}

// A Store keeps sessions in a folder. It is safe for concurrent use, also by
// several processes that have opened the same folder.
//
// Besides the sentinels of package session its methods return the errors of the
// file system, wrapped: [fs.ErrPermission] for instance, or [fs.ErrClosed] after
// Close. After such an error the record is either as it was or, if the disk
// failed to confirm a write, as it was to be.
type Store struct {
	root     *os.Root
	sync     bool
	records  [parts]*folder
	subjects [parts]*folder
	sweepAt  atomic.Uint32 // the part at which the next Sweep begins
}

var (
	_ session.Toucher      = (*Store)(nil)
	_ session.Sweeper      = (*Store)(nil)
	_ session.SubjectStore = (*Store)(nil)
	_ session.Lister       = (*Store)(nil)
)

// Open opens the store in the folder dir, and makes the folder, readable by this
// user only, if it isn't there; the folder it is to be in must be. The
// error says what is wrong with the folder and what to do about it.
func Open(dir string, o Options) (*Store, error) {
	if err := makeDir(dir, !o.NoSync); err != nil {
		return nil, fail("open", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fail("open", err)
	}
	s := &Store{root: root, sync: !o.NoSync}
	for i := range parts {
		s.records[i] = s.newFolder(fmt.Sprintf("%02x", i))
		s.subjects[i] = s.newFolder(fmt.Sprintf("subjects/%02x", i))
	}
	s.sweepAt.Store(rand.Uint32N(parts))
	if err := s.probe(); err != nil {
		return nil, fail("open", errors.Join(err, root.Close()))
	}
	return s, nil
}

// Close closes the folder. Calls under way end as usual; later ones return
// [fs.ErrClosed]. Closing twice is no error.
func (s *Store) Close() error {
	return fail("close", s.root.Close())
}

// makeDir makes the folder dir if it is absent.
func makeDir(dir string, sync bool) error {
	if dir == "" {
		return errors.New("no folder given: say which is to hold the sessions")
	}
	err := os.Mkdir(dir, 0o700)
	switch {
	case errors.Is(err, fs.ErrExist):
		return checkDir(dir)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: make the folder first that it is to be in", err)
	case err != nil || !sync:
		return err
	}
	parent, err := os.OpenRoot(filepath.Dir(filepath.Clean(dir)))
	if err != nil {
		return err
	}
	return errors.Join(syncFolder(parent, "."), parent.Close())
}

// checkDir tells whether what is at dir is a folder.
func checkDir(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is a file, not a folder: name another, or move it away", dir)
	}
	return err
}

// probe finds out now, and not at the first sign-in, whether the folder can be
// written to, locked and synced.
func (s *Store) probe() error {
	f, err := s.openLock(".")
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := filelock.Try(f); err != nil { // held by another who probes: just as good
		return fmt.Errorf("lock the folder: %w: keep the sessions on a local disk", err)
	}
	if err := s.syncFolder("."); err != nil {
		return fmt.Errorf("sync the folder: %w: use another file system, or Options.NoSync", err)
	}
	return nil
}
