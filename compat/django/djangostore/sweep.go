package djangostore

import (
	"context"
	"time"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

// Sweep deletes at most limit rows whose time is over, and tells how many it did
// delete; fewer than limit means that, for now, no more are left. It does what
// "manage.py clearsessions" does, but a few rows at a time, each time in a transaction of
// its own, and rests in between, so that others who wait to write get their turn. An
// error comes with the number deleted until then. Any number of callers may sweep at
// once.
func (t *Table) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	deleted, err = sqlcommon.Sweep(ctx, limit, t.dialect.sweepRows, func(size int) (int, bool, error) {
		n, err := sqlcommon.Rows(sqlcommon.Exec(ctx, t.db, t.queries.sweep, t.clock.spell(time.Now()), size))
		return n, n == size, err
	})
	return deleted, failed("table: sweep", err)
}
