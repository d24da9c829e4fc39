package sqlstore

import (
	"context"
	"time"
)

// sweepBatch is how many rows one statement of a sweep deletes: SQLite lets
// nobody else write meanwhile, so it should take a few milliseconds.
const sweepBatch = 500

// Sweep implements [session.Sweeper]. It deletes in batches of 500, each in a
// transaction of its own, and after each full batch rests for as long as that
// took, so that others who wait to write get their turn. An error comes with the
// number deleted until then.
func (s *Store) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	for deleted < limit {
		size := min(limit-deleted, sweepBatch)
		begin := time.Now()
		n, err := exec(ctx, s.statements, s.sql.sweep, now(), now(), size)
		deleted += n
		if err == nil && n == size {
			err = rest(ctx, time.Since(begin))
		}
		if err != nil {
			return deleted, failure(ctx, "sweep", err)
		}
		if n < size {
			break
		}
	}
	return deleted, nil
}

func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
