package sqlcommon

import (
	"context"
	"time"
)

// How many rows a sweep deletes by one statement.
const (
	// FewRows is for a database that has one lock for all who want to write, as
	// SQLite has. They don't queue there; who finds the database locked tries again
	// after 1, 2, 5, 10 and more milliseconds. So each statement is short (with more
	// rows each takes as long), and then the sweep leaves the database alone for as
	// long again, so that half of all tries succeed at once and few fail twice. Without
	// the rest, 99 of 100 requests beside a sweep took up to 7 times as long as without
	// one, and with it 1.6 times; see lab/sweep.
	FewRows = 25

	// ManyRows is for a database that locks no more than the rows which are deleted. With
	// 500, 99 of 100 requests beside a sweep took twice as long as without one; see
	// lab/million.
	ManyRows = 100
)

// maxRest is for a sweep that had to wait itself.
const maxRest = 100 * time.Millisecond

// Sweep deletes at most limit rows by calls of batch, which deletes at most size, never
// more than rows, in a transaction of its own, and tells how many and whether there may
// be more. It rests in between, so that others who wait to write get their turn. An error
// comes with the number deleted until then.
func Sweep(ctx context.Context, limit, rows int, batch func(size int) (deleted int, more bool, err error)) (deleted int, err error) {
	for deleted < limit {
		start := time.Now()
		n, more, err := batch(min(limit-deleted, rows))
		deleted += n
		if err != nil || !more {
			return deleted, err
		}
		rest(ctx, min(time.Since(start), maxRest))
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
