package filestore

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/coatcheck-go/session"
)

// Load returns the record under key. See [session.Store].
func (s *Store) Load(ctx context.Context, key session.Key) (session.Record, error) {
	if err := ctx.Err(); err != nil {
		return session.Record{}, fail("load", err)
	}
	e, err := s.read(idOf(key))
	if err == nil && !live(e.Record) {
		return session.Record{}, fail("load", session.ErrNotFound)
	}
	return e.Record, fail("load", err)
}

// Create keeps rec under key. See [session.Store].
func (s *Store) Create(ctx context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	rec.Version = newVersion()
	err = s.locked(ctx, idOf(key), func(i id) error {
		was, err := s.vacant(i)
		if err != nil {
			return err
		}
		return s.put(ctx, key, was, rec)
	})
	return versionUnless(err, rec), fail("create", err)
}

// Update puts rec in the place of old. See [session.Store].
func (s *Store) Update(ctx context.Context, key session.Key, old, rec session.Record) (version uint64, err error) {
	rec.Version = old.Version + 1
	err = s.locked(ctx, idOf(key), func(i id) error {
		was, err := s.current(i, old)
		if err != nil {
			return err
		}
		return s.put(ctx, key, was, rec)
	})
	return versionUnless(err, rec), fail("update", err)
}

// Touch sets the expiry of the record that is still old. The file is written
// anew all the same, since only so it is whole at every moment; what Touch
// spares is a new version, and with it other requests' conflicts. See
// [session.Toucher].
func (s *Store) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	err := s.locked(ctx, idOf(key), func(i id) error {
		was, err := s.current(i, old)
		if err != nil {
			return err
		}
		rec := was
		rec.Expires = expires
		return s.put(ctx, key, was, rec)
	})
	return fail("touch", err)
}

// Delete removes the record under key. See [session.Store].
func (s *Store) Delete(ctx context.Context, key session.Key) error {
	err := s.locked(ctx, idOf(key), func(i id) error {
		was, _ := s.read(i) // only for its subject: what can't be read goes as well
		return s.end(ctx, i, was.Record)
	})
	return fail("delete", err)
}

// locked calls do(i) while it holds the lock of i's part of the store.
func (s *Store) locked(ctx context.Context, i id, do func(id) error) error {
	unlock, err := s.records[i[0]].lock.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return do(i)
}

// visible returns the record under i, unless it is dead or can't be read.
func (s *Store) visible(i id) (e session.Entry, ok bool, err error) {
	e, err = s.read(i)
	if unreadable(err) {
		return session.Entry{}, false, nil
	}
	return e, err == nil && live(e.Record), err
}

// unreadable tells whether err of read says that there is no record to be had.
// Any other error means that it could not be found out.
func unreadable(err error) bool {
	return errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrBroken)
}

// vacant returns the dead record under i, if there is one, or ErrConflict if it
// is live.
func (s *Store) vacant(i id) (session.Record, error) {
	e, err := s.read(i)
	switch {
	case unreadable(err):
		return session.Record{}, nil
	case err == nil && live(e.Record):
		return session.Record{}, session.ErrConflict
	}
	return e.Record, err
}

// current returns the live record under i if it is still old.
func (s *Store) current(i id, old session.Record) (session.Record, error) {
	e, err := s.read(i)
	switch {
	case err != nil:
		return session.Record{}, err
	case !live(e.Record):
		return session.Record{}, session.ErrNotFound
	case e.Record.Version != old.Version:
		return session.Record{}, session.ErrConflict
	}
	return e.Record, nil
}

// put writes rec in the place of was, and ends was if rec is dead already. The
// caller holds the lock. The subject's mark is made first and the former
// subject's goes last, so that at no time a record lacks one.
func (s *Store) put(ctx context.Context, key session.Key, was, rec session.Record) error {
	i := idOf(key)
	if !live(rec) {
		return s.end(ctx, i, was)
	}
	content, err := encode(session.Entry{Key: key, Record: rec})
	if err != nil {
		return err
	}
	if rec.Subject != was.Subject {
		if err := s.mark(ctx, rec.Subject, i); err != nil {
			return err
		}
	}
	if err := s.write(i, content); err != nil {
		return err
	}
	if rec.Subject != was.Subject {
		s.tidy(ctx, was.Subject, i)
	}
	return nil
}

// end removes the record was under i. The caller holds the lock.
func (s *Store) end(ctx context.Context, i id, was session.Record) error {
	if err := s.remove(i); err != nil {
		return err
	}
	s.tidy(ctx, was.Subject, i)
	return nil
}

// tidy takes away the mark of a subject whose record i was until now. The work
// is done when it is called, and a mark too many does no harm: so it is no
// failure if it stays, and Sweep will find it.
func (s *Store) tidy(ctx context.Context, subject string, i id) {
	if subject != "" {
		_ = s.unmark(ctx, idOf(subject), i)
	}
}

func live(r session.Record) bool { return time.Now().Before(r.Expires) }

// newVersion returns a random version for a record created anew: one of 2⁶³, so
// that no version of a former record under the same key comes again.
func newVersion() uint64 { return rand.Uint64() >> 1 }

func versionUnless(err error, rec session.Record) uint64 {
	if err != nil {
		return 0
	}
	return rec.Version
}
