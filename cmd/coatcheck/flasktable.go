package main

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// A flaskTable sweeps the table of Flask-Session, as "flask session_cleanup" does, in
// steps. The table has no index of expiries, so it is gone through in the order of its
// rows: were each step to look for the first ones that have expired, all that are live
// would be read each time.
type flaskTable struct {
	db      *sql.DB
	queries flaskSweep

	mu   sync.Mutex
	done int64 // the row up to which it has been swept
}

// A flaskSweep is what is said to a database.
type flaskSweep struct{ find, remove string }

var flaskSweeps = map[string]flaskSweep{
	"sqlite":   sweepBy("?", "?", "?", "?"),
	"mysql":    sweepBy("?", "?", "?", "?"),
	"postgres": sweepBy("CAST(CAST($1 AS text) AS timestamp)", "$2", "$3", "$3"),
}

func sweepBy(time, after, limit, upTo string) flaskSweep {
	expired := " FROM sessions WHERE expiry <= " + time + " AND id > " + after
	return flaskSweep{
		find:   "SELECT count(*), coalesce(max(id), 0) FROM (SELECT id" + expired + " ORDER BY id LIMIT " + limit + ") AS expired",
		remove: "DELETE" + expired + " AND id <= " + upTo,
	}
}

// flaskTime is SQLAlchemy's form of times, which are in UTC.
const flaskTime = "2006-01-02 15:04:05.000000"

// sweepStep is how many rows are deleted at a time.
const sweepStep = 25

// sweep deletes at most limit expired rows; fewer mean that, for now, no more are left.
// A row whose time is moved meanwhile stays. After each step it rests as long as that
// took: SQLite's writers don't queue, and lose to one who never rests.
func (t *flaskTable) sweep(ctx context.Context, limit int) (deleted int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for deleted < limit {
		start := time.Now()
		found, n, err := t.step(ctx, min(limit-deleted, sweepStep))
		if deleted += n; err != nil {
			return deleted, fmt.Errorf("sweep: %w", err)
		}
		if found == 0 {
			t.done = 0 // the next sweep begins anew
			return deleted, nil
		}
		rest(ctx, time.Since(start))
	}
	return deleted, nil
}

// rest waits until d or ctx is over.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// step deletes the next expired rows, of which another sweep may have deleted some.
func (t *flaskTable) step(ctx context.Context, limit int) (found, deleted int, err error) {
	now, last := time.Now().UTC().Format(flaskTime), int64(0)
	err = t.db.QueryRowContext(ctx, t.queries.find, now, t.done, limit).Scan(&found, &last)
	if err != nil || found == 0 {
		return 0, 0, err
	}
	result, err := t.db.ExecContext(ctx, t.queries.remove, now, t.done, last)
	if err != nil {
		return 0, 0, err
	}
	t.done = last
	n, err := result.RowsAffected()
	return found, int(n), err
}
