package cached

import (
	"context"
	"errors"
	"time"

	"github.com/coatcheck-go/session"
)

// A mark in the cache says that a write to a record is under way. While it is
// there, readers ask the truth and nobody puts a copy in its place.
type mark struct {
	name   string         // of the entry
	writer string         // who it is that writes, a nonce
	was    string         // the entry before
	now    session.Record // the record after the write, zero if it isn't known or is gone
}

// write marks the records under keys, lets do write to the truth, and takes the
// marks away: a copy of mark.now comes in their place. It returns do's error, or the
// cache's.
//
// When do's error leaves open whether the write was done, the marks stay until
// their time is over, for it may still happen.
func (s *Store) write(ctx context.Context, keys []session.Key, do func(context.Context, []*mark) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	marks, err := s.mark(ctx, keys)
	if err != nil {
		return errors.Join(err, s.unmark(ctx, marks))
	}
	if err = do(ctx, marks); err != nil && !undone(err) {
		return err
	}
	if lost := s.unmark(ctx, marks); err == nil {
		err = lost
	}
	return err
}

// undone tells whether a write that returned err has changed nothing.
func undone(err error) bool {
	for _, known := range []error{session.ErrNotFound, session.ErrConflict, session.ErrBroken, errors.ErrUnsupported} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// mark marks the records under keys. After an error it returns the marks it has
// made.
func (s *Store) mark(ctx context.Context, keys []session.Key) (marks []*mark, err error) {
	for _, key := range keys {
		m := &mark{name: s.record(key), writer: nonce()}
		err := s.change(ctx, m.name, func(is string) (string, time.Duration) {
			m.was = is
			return enter(is, m.writer), s.patience()
		})
		if err != nil {
			return marks, err
		}
		marks = append(marks, m)
	}
	return marks, nil
}

// unmark takes marks away, also when the context is done. When it returns nil, the
// cache has no copy from before the write, and none will come: whoever was about to
// put one there has lost the right to. So a write hasn't succeeded before this has.
func (s *Store) unmark(ctx context.Context, marks []*mark) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.o.Timeout)
	defer cancel()
	for _, m := range marks {
		err = errors.Join(err, s.finish(ctx, m))
	}
	return err
}

// finish puts a copy in the place of a mark, or nothing. If another write came
// between, it isn't known which was the last, and there is no copy.
func (s *Store) finish(ctx context.Context, m *mark) error {
	value, ttl := s.copy(ctx, m.now)
	err := s.cache.Swap(ctx, m.name, alone(m.writer), value, ttl)
	if !overtaken(err) {
		return err
	}
	return s.change(ctx, m.name, func(is string) (string, time.Duration) {
		if rest := leave(is, m.writer); rest != "" {
			return rest, s.patience()
		}
		return "", 0
	})
}

// Create implements [session.Store].
func (s *Store) Create(ctx context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	err = s.write(ctx, []session.Key{key}, func(ctx context.Context, marks []*mark) (err error) {
		version, err = s.truth.Create(ctx, key, rec)
		marks[0].written(rec, version, err)
		return err
	})
	return version, failure("create", err)
}

// Update implements [session.Store].
func (s *Store) Update(ctx context.Context, key session.Key, old, rec session.Record) (version uint64, err error) {
	err = s.write(ctx, []session.Key{key}, func(ctx context.Context, marks []*mark) (err error) {
		version, err = s.truth.Update(ctx, key, old, rec)
		marks[0].written(rec, version, err)
		return err
	})
	return version, failure("update", err)
}

// written notes what a write has left.
func (m *mark) written(rec session.Record, version uint64, err error) {
	if err == nil {
		m.now = rec
		m.now.Version = version
	}
}

// Delete implements [session.Store].
func (s *Store) Delete(ctx context.Context, key session.Key) error {
	err := s.write(ctx, []session.Key{key}, func(ctx context.Context, _ []*mark) error {
		return s.truth.Delete(ctx, key)
	})
	return failure("delete", err)
}

// Touch implements [session.Toucher]. The copy stays, with the new expiry, if it is
// of the record that was touched.
func (s *Store) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	truth, ok := s.truth.(session.Toucher)
	if !ok {
		return failure("touch", errors.ErrUnsupported)
	}
	err := s.write(ctx, []session.Key{key}, func(ctx context.Context, marks []*mark) error {
		err := truth.Touch(ctx, key, old, expires)
		if was, ok := decode(marks[0].was); ok && was.Version == old.Version {
			was.Expires = expires
			marks[0].written(was, was.Version, err)
		}
		return err
	})
	return failure("touch", err)
}

// Replace implements [session.Replacer]. The truth doesn't tell the version of rec,
// so that is read when somebody needs it.
func (s *Store) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (version uint64, err error) {
	truth, ok := s.truth.(session.Replacer)
	if !ok {
		return 0, failure("replace", errors.ErrUnsupported)
	}
	err = s.write(ctx, []session.Key{key, newKey}, func(ctx context.Context, marks []*mark) (err error) {
		version, err = truth.Replace(ctx, key, old, rec, newKey, newRec)
		marks[1].written(newRec, version, err)
		return err
	})
	return version, failure("replace", err)
}
