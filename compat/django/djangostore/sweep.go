package djangostore

import (
	"context"
	"time"
)

// A sweep holds up others who want to write: in SQLite all of them. So each statement is
// short, and then the sweep leaves the database alone for as long again. Package
// sqlstore, whose numbers these are, has measured it.
const (
	sweepBatch = 25 // rows
	maxRest    = 100 * time.Millisecond
)

// Sweep deletes at most limit rows whose time is over, and tells how many it did
// delete; fewer than limit means that, for now, no more are left. It does what
// "manage.py clearsessions" does, but a few rows at a time, each time in a transaction of
// its own, and rests in between. An error comes with the number deleted until then.
// Any number of callers may sweep at once.
func (t *Table) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	for deleted < limit {
		start := time.Now()
		size := min(limit-deleted, sweepBatch)
		n, err := t.sweep(ctx, size)
		if err != nil {
			return deleted, failed("table: sweep", err)
		}
		deleted += n
		if n < size {
			break
		}
		rest(ctx, min(time.Since(start), maxRest))
	}
	return deleted, nil
}

func (t *Table) sweep(ctx context.Context, size int) (int, error) {
	result, err := t.exec(ctx, t.queries.sweep, t.clock.spell(time.Now()), size)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
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
