package sqlstore

import (
	"context"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

// Sweep implements [session.Sweeper]. It deletes a few rows at a time, each time in
// a transaction of its own, and rests in between, so that others who wait to write
// get their turn. An error comes with the number deleted until then.
func (s *Store) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	deleted, err = sqlcommon.Sweep(ctx, limit, s.dialect.sweepRows, func(size int) (int, bool, error) {
		n, err := exec(ctx, s.statements, s.sql.sweep, now(), size)
		return n, n == size, err
	})
	if err != nil {
		return deleted, failure(ctx, "sweep", err)
	}
	return deleted, nil
}
