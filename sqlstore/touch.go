package sqlstore

import (
	"context"
	"time"

	"github.com/coatcheck-go/session"
)

// Touch implements [session.Toucher].
func (s *Store) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	err := s.change(ctx, s.statements, key, s.sql.touch, expiry(expires), []byte(key), int64(old.Version), now())
	if err != nil {
		return failure(ctx, "touch", err)
	}
	return nil
}
