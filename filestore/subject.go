package filestore

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/coatcheck-go/session"
)

// A mark is an empty file that says: this record is this subject's. It is made
// before the record and removed after it, both under the record's lock, so there
// is one for every record that has a subject, whenever the program dies. There
// may be marks too many: the record has the last word.

// subjectFolder is where the marks of a subject are.
func subjectFolder(subject id) string { return "subjects/" + subject.path() }

// mark makes the mark of record i.
func (s *Store) mark(ctx context.Context, subject string, i id) error {
	if subject == "" {
		return nil
	}
	who := idOf(subject)
	unlock, err := s.subjects[who[0]].lock.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	dir := subjectFolder(who)
	if err := ignore(s.root.Mkdir(dir, 0o700), fs.ErrExist); err != nil {
		return err
	}
	f, err := s.root.OpenFile(path.Join(dir, i.String()), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), s.syncFolder(dir), s.syncFolder(path.Dir(dir)))
}

// unmark removes the mark of record i, and the subject's folder with the last
// one. The caller holds the lock of i.
func (s *Store) unmark(ctx context.Context, who, i id) error {
	unlock, err := s.subjects[who[0]].lock.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	dir := subjectFolder(who)
	if err := s.root.Remove(path.Join(dir, i.String())); err != nil {
		return ignore(err, fs.ErrNotExist)
	}
	_ = s.root.Remove(dir) // refused unless it is empty
	return nil
}

// marked returns the records that have the subject's mark. It holds the lock,
// for in a folder that changes while it is read, a mark that was there may be
// passed over together with the one that came in its place.
func (s *Store) marked(ctx context.Context, who id) ([]id, error) {
	unlock, err := s.subjects[who[0]].lock.Lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return s.ids(subjectFolder(who))
}

// BySubject returns the live records of subject, in no order. It leaves out
// those that can't be read. See [session.SubjectStore].
func (s *Store) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, fail("by subject", err)
	}
	ids, err := s.ids(subjectFolder(idOf(subject)))
	if err != nil {
		return nil, fail("by subject", err)
	}
	var found []session.Entry
	for _, i := range ids {
		e, ok, err := s.visible(i)
		if err != nil {
			return nil, fail("by subject", err)
		}
		if ok && e.Record.Subject == subject {
			found = append(found, e)
		}
	}
	return found, nil
}

// DeleteBySubject deletes all records of subject but those under the keys in
// except; records that can't be read too. If some can't be deleted, the others
// are all the same, and the error tells. See [session.SubjectStore].
func (s *Store) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (deleted int, err error) {
	keep := make(map[id]bool, len(except))
	for _, key := range except {
		keep[idOf(key)] = true
	}
	for {
		found, err := s.marked(ctx, idOf(subject))
		found = slices.DeleteFunc(found, func(i id) bool { return keep[i] })
		if err != nil || len(found) == 0 {
			return deleted, fail("delete by subject", err)
		}
		n, err := s.dropAll(ctx, subject, found)
		deleted += n
		if err != nil {
			return deleted, fail("delete by subject", err)
		}
		// Look again: there may be others now, in the place of these.
	}
}

// dropAll ends those of the records that are the subject's.
func (s *Store) dropAll(ctx context.Context, subject string, records []id) (deleted int, err error) {
	for _, i := range records {
		n, dropErr := s.drop(ctx, subject, i)
		deleted += n
		err = cmp.Or(err, dropErr)
	}
	return deleted, err
}

// drop ends record i if it is the subject's, and takes its mark away in any case.
func (s *Store) drop(ctx context.Context, subject string, i id) (deleted int, err error) {
	err = s.locked(ctx, i, func(i id) error {
		e, err := s.read(i)
		if err != nil && !unreadable(err) {
			return err
		}
		if errors.Is(err, session.ErrBroken) || err == nil && e.Record.Subject == subject {
			if removeErr := s.remove(i); removeErr != nil {
				return removeErr
			}
			if err != nil || live(e.Record) {
				deleted = 1
			}
		}
		return s.unmark(ctx, idOf(subject), i)
	})
	return deleted, err
}
