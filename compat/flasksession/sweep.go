package flasksession

import (
	"context"
	"sync"
	"time"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

// sweeping is how far a table has been swept. It has no index of expiries, so it is gone
// through in the order of its rows: were each step to look for the first ones that have
// expired, all that are live would be read each time.
type sweeping struct {
	mu    sync.Mutex
	swept int64 // up to which row
}

// Sweep deletes at most limit rows whose time is over, and tells how many it did delete;
// fewer than limit means that, for now, no more are left. It does what "flask
// session_cleanup" does, but a few rows at a time, each time in a transaction of its own,
// and rests in between, so that others who wait to write get their turn. An error comes
// with the number deleted until then. Any number of callers may sweep at once.
func (t *Table) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	deleted, err = sqlcommon.Sweep(ctx, limit, t.dialect.sweepRows, func(size int) (int, bool, error) { return t.sweep(ctx, size) })
	return deleted, failed("sweep", err)
}

// sweep deletes the next expired rows, of which another caller may have deleted some. A
// row whose time is moved meanwhile stays.
func (t *Table) sweep(ctx context.Context, size int) (deleted int, more bool, err error) {
	now, found, last := formatTime(time.Now()), 0, int64(0)
	err = t.db.QueryRowContext(ctx, t.queries.expired, now, t.swept, size).Scan(&found, &last)
	if err != nil || found == 0 {
		t.swept = 0 // the next sweep begins anew
		return 0, false, err
	}
	deleted, err = sqlcommon.Rows(sqlcommon.Exec(ctx, t.db, t.queries.sweep, now, t.swept, last))
	t.swept = last
	return deleted, true, err
}
