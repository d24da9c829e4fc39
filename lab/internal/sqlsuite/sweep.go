package sqlsuite

import (
	"database/sql"
	"testing"
)

func count(tb testing.TB, db *sql.DB, table string) (n int) {
	tb.Helper()
	must(tb, db.QueryRowContext(tb.Context(), `SELECT count(*) FROM `+table).Scan(&n))
	return n
}

// testSweepers lets ten processes' pools sweep at once.
func (d Database) testSweepers(t *testing.T) {
	const sweepers, expired = 10, 10_000
	db := d.OpenDB(t)
	s, table := d.Open(t, db)
	old := store(t, s)
	Execute(t, db, table, d.Fill, expired)
	type result struct {
		n   int
		err error
	}
	start, results := make(chan struct{}), make(chan result)
	for range sweepers {
		sweeper := d.NewStore(t, d.OpenDB(t), table)
		go func() {
			<-start
			n, err := sweeper.Sweep(t.Context(), expired)
			results <- result{n, err}
		}()
	}
	close(start)
	deleted := 0
	for range sweepers {
		r := <-results
		must(t, r.err)
		deleted += r.n
	}
	if left := count(t, db, table) - 1; deleted != expired || left != 0 {
		t.Errorf("the sweepers say they deleted %d of %d, and %d are left", deleted, expired, left)
	}
	intact(t, s, old)
}

// testSweepPassesOver sweeps while another transaction has locked a row: the sweep
// doesn't wait for it, nor for its sweeper's.
func (d Database) testSweepPassesOver(t *testing.T) {
	db := d.OpenDB(t)
	s, table := d.Open(t, db)
	Execute(t, db, table, d.Fill, 10)
	tx, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	defer func() { must(t, tx.Rollback()) }()
	_, err = tx.ExecContext(t.Context(), `UPDATE `+table+` SET version = 0 WHERE expires = 1`)
	must(t, err)
	if n, err := s.Sweep(t.Context(), 5); n != 5 || err != nil {
		t.Errorf("Sweep: %d, %v, want 5 of the 9 that nobody has locked", n, err)
	}
	var first int
	must(t, db.QueryRowContext(t.Context(), `SELECT min(expires) FROM `+table+` WHERE expires > 1`).Scan(&first))
	if first != 7 {
		t.Errorf("the first that is left expired at %d, want 7", first)
	}
}

// testSweepLimits sweeps a part of a batch, a batch, and several.
func (d Database) testSweepLimits(t *testing.T) {
	db := d.OpenDB(t)
	s, table := d.Open(t, db)
	left := 1300
	Execute(t, db, table, d.Fill, left)
	for _, limit := range []int{0, -1, 1, 99, 100, 101, 999} {
		n, err := s.Sweep(t.Context(), limit)
		must(t, err)
		left -= n
		if n != max(limit, 0) || count(t, db, table) != left {
			t.Errorf("Sweep(%d) says %d, and %d are left", limit, n, count(t, db, table))
		}
	}
}
