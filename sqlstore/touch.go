package sqlstore

import (
	"context"
	"time"

	"github.com/coatcheck-go/session"
)

// Touch implements [session.Toucher].
func (s *Store) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	if err := s.touch(ctx, key, old, expiry(expires)); err != nil {
		return failure(ctx, "touch", err)
	}
	return nil
}

// touch looks at the record when no row was changed: MySQL doesn't count those
// that had that expiry before, unless the connection is set to clientFoundRows.
func (s *Store) touch(ctx context.Context, key session.Key, old session.Record, expires int64) error {
	n, err := exec(ctx, s.statements, s.sql.touch, expires, []byte(key), int64(old.Version), now())
	if err != nil || n > 0 {
		return err
	}
	rec, err := s.load(ctx, s.statements, key)
	if err == nil && (rec.Version != old.Version || rec.Expires.UnixMilli() != expires) {
		err = session.ErrConflict
	}
	return err
}
