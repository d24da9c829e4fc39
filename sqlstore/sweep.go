package sqlstore

import (
	"context"
	"time"
)

// A sweep holds up others who want to write, in SQLite all of them. They don't
// queue there: who finds the database locked tries again after 1, 2, 5, 10 and more
// milliseconds. So each statement is short, and then the sweep leaves the database
// alone for three times as long: three of four tries succeed at once, and the rest
// seldom have to wait more than once.
const (
	sweepBatch = 25 // rows; more at a time take as long each
	sweepRest  = 3
	maxRest    = 100 * time.Millisecond // when the statement itself had to wait
)

// Sweep implements [session.Sweeper]. It deletes a few rows at a time, each time in
// a transaction of its own, and rests in between, so that others who wait to write
// get their turn. An error comes with the number deleted until then.
func (s *Store) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	for deleted < limit {
		start := time.Now()
		size := min(limit-deleted, sweepBatch)
		n, err := exec(ctx, s.statements, s.sql.sweep, now(), size)
		if err != nil {
			return deleted, failure(ctx, "sweep", err)
		}
		deleted += n
		if n < size {
			break
		}
		rest(ctx, min(sweepRest*time.Since(start), maxRest))
	}
	return deleted, nil
}

// rest waits for d, or until ctx is done.
func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
