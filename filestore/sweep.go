package filestore

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"
	"time"
)

// tmpAge is how old a temporary file is when nobody can be writing it any more.
const tmpAge = time.Hour

// Sweep deletes at most limit expired records. It begins where the last call
// stopped, the first one anywhere, and reads only headers of what is live. In
// passing it removes what crashes have left behind: temporary files, and marks
// of subjects without a record. Of what can't be read or deleted it passes on
// to the next, and returns the first such error at the end; damaged records
// are no error, and are left. See [session.Sweeper].
func (s *Store) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, fail("sweep", err)
	}
	start := s.sweepAt.Load()
	for n := range uint32(parts) {
		at := (start + n) % parts
		d, partErr := s.sweepPart(ctx, s.records[at], limit-deleted)
		deleted += d
		err = cmp.Or(ctx.Err(), err, partErr)
		if deleted >= limit || ctx.Err() != nil {
			s.sweepAt.Store(at)
			break
		}
		err = cmp.Or(err, s.sweepMarks(ctx, s.subjects[at]))
	}
	return deleted, fail("sweep", err)
}

// sweepPart deletes at most limit expired records of one part.
func (s *Store) sweepPart(ctx context.Context, part *folder, limit int) (deleted int, err error) {
	files, err := fs.ReadDir(s.root.FS(), part.path)
	if err != nil {
		return 0, ignore(err, fs.ErrNotExist)
	}
	for _, f := range files {
		if deleted >= limit || ctx.Err() != nil {
			break
		}
		gone, fileErr := s.sweepFile(ctx, part, f)
		if gone {
			deleted++
		}
		err = cmp.Or(err, fileErr)
	}
	return deleted, err
}

// sweepFile deletes a file if its time is over, and tells whether it was a record.
func (s *Store) sweepFile(ctx context.Context, part *folder, f fs.DirEntry) (record bool, err error) {
	if i, ok := parseID(f.Name()); ok {
		return s.sweepRecord(ctx, i)
	}
	if !strings.HasPrefix(f.Name(), tmpPrefix) {
		return false, nil
	}
	info, err := f.Info()
	if err == nil && time.Since(info.ModTime()) > tmpAge {
		err = s.root.Remove(path.Join(part.path, f.Name()))
	}
	return false, ignore(err, fs.ErrNotExist)
}

// sweepRecord deletes the record under i if it is expired.
func (s *Store) sweepRecord(ctx context.Context, i id) (deleted bool, err error) {
	header, err := s.content(i.path(), headerSize)
	if err == nil {
		err = checkHeader(header)
	}
	if unreadable(err) {
		return false, nil
	}
	if err != nil || time.Now().Before(expiry(header)) {
		return false, err
	}
	err = s.locked(ctx, i, func(i id) error {
		deleted, err = s.endExpired(ctx, i)
		return err
	})
	return deleted, err
}

// endExpired looks again, with the lock held and at the whole file: the expiry
// may have been moved meanwhile, or be a damaged one.
func (s *Store) endExpired(ctx context.Context, i id) (deleted bool, err error) {
	e, err := s.read(i)
	if unreadable(err) {
		return false, nil
	}
	if err != nil || live(e.Record) {
		return false, err
	}
	err = s.end(ctx, i, e.Record)
	return err == nil, err
}

// sweepMarks removes the marks without a record from one part of the subjects.
func (s *Store) sweepMarks(ctx context.Context, part *folder) error {
	subjects, err := s.ids(part.path)
	for _, who := range subjects {
		marks, readErr := s.ids(subjectFolder(who))
		err = cmp.Or(err, readErr)
		for _, i := range marks {
			err = cmp.Or(err, s.sweepMark(ctx, who, i))
		}
	}
	return err
}

// sweepMark removes a mark if there is no record, and looks again with the lock
// held: the record may just be coming.
func (s *Store) sweepMark(ctx context.Context, who, i id) error {
	if !s.absent(i) {
		return nil
	}
	return s.locked(ctx, i, func(i id) error {
		if !s.absent(i) {
			return nil
		}
		return s.unmark(ctx, who, i)
	})
}

// absent tells whether there certainly is no file of record i.
func (s *Store) absent(i id) bool {
	_, err := s.root.Lstat(i.path())
	return errors.Is(err, fs.ErrNotExist)
}
