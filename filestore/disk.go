package filestore

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/coatcheck-go/session"
)

// tmpPrefix begins the names of records that are being written.
const tmpPrefix = "tmp-"

// read returns the record under i, live or dead. ErrNotFound: there is no file.
// ErrBroken: there is none that can be read, and its name is told.
func (s *Store) read(i id) (session.Entry, error) {
	b, err := s.content(i.path(), maxFile)
	if err != nil {
		return session.Entry{}, err
	}
	e, err := decode(b)
	if err == nil && idOf(e.Key) != i {
		err = broken("it belongs under another name")
	}
	if err != nil {
		return session.Entry{}, fmt.Errorf("%s: %w", i.path(), err)
	}
	return e, nil
}

// content returns the file at path, at most its first limit bytes.
func (s *Store) content(path string, limit int64) ([]byte, error) {
	f, err := s.root.Open(path)
	if err != nil {
		return nil, s.notAFile(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, s.notAFile(path, fs.ErrInvalid)
	}
	b := make([]byte, min(info.Size(), limit))
	_, err = io.ReadFull(f, b)
	return b, err
}

// notAFile returns why there is no file at path that could be opened.
func (s *Store) notAFile(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return session.ErrNotFound
	}
	info, statErr := s.root.Lstat(path)
	if statErr == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", path, broken("it is no regular file"))
	}
	return err
}

// write makes content the file of record i: the former content or the new one
// is there at every moment, and never a part.
func (s *Store) write(i id, content []byte) error {
	tmp := i.folder() + "/" + tmpPrefix + rand.Text()
	err := s.fill(tmp, content)
	if err == nil {
		err = s.root.Rename(tmp, i.path())
	}
	if err != nil {
		_ = s.root.Remove(tmp) // if it stays, Sweep will find it
		return err
	}
	return s.syncFolder(i.folder())
}

// fill writes a new file and has the disk confirm it.
func (s *Store) fill(path string, content []byte) error {
	f, err := s.root.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil && s.sync {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// remove removes the file of record i. One that is gone already may have been
// removed by a process that died before the disk confirmed it, so that is
// waited for as well.
func (s *Store) remove(i id) error {
	if err := ignore(s.root.Remove(i.path()), fs.ErrNotExist); err != nil {
		return err
	}
	return s.syncFolder(i.folder())
}

// syncFolder waits until the disk has confirmed what was made, renamed and
// removed in a folder.
func (s *Store) syncFolder(path string) error {
	if !s.sync {
		return nil
	}
	return syncFolder(s.root, path)
}

// ids returns the ids that are names in a folder, in order. A folder that isn't
// there has none.
func (s *Store) ids(path string) ([]id, error) {
	names, err := fs.ReadDir(s.root.FS(), path)
	if err != nil {
		return nil, ignore(err, fs.ErrNotExist)
	}
	found := make([]id, 0, len(names))
	for _, n := range names {
		if i, ok := parseID(n.Name()); ok {
			found = append(found, i)
		}
	}
	return found, nil
}

// ignore returns err unless it is what.
func ignore(err, what error) error {
	if errors.Is(err, what) {
		return nil
	}
	return err
}
