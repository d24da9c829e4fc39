package sqlite

import (
	"database/sql"
	"testing"
)

// fill puts n records into db that have expired.
func fill(tb testing.TB, db *sql.DB, n int) {
	tb.Helper()
	execute(tb, db, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO coatcheck_sessions SELECT randomblob(32), abs(random()), i, '', zeroblob(143) FROM n`, n)
}

func count(tb testing.TB, db *sql.DB) (n int) {
	tb.Helper()
	must(tb, db.QueryRowContext(tb.Context(), `SELECT count(*) FROM coatcheck_sessions`).Scan(&n))
	return n
}

// The limit holds whether it is a part of a batch, a batch, or several.
func TestSweepLimits(t *testing.T) {
	db := openDB(t, newFile(t), recommended)
	s := newStore(t, db, "")
	must(t, s.CreateSchema(t.Context()))
	_, err := s.Create(t.Context(), "live", record("one"))
	must(t, err)
	left := 1300
	fill(t, db, left)
	for _, limit := range []int{0, -1, 1, 99, 100, 101, 999} {
		n, err := s.Sweep(t.Context(), limit)
		must(t, err)
		left -= n
		if n != max(limit, 0) || count(t, db) != left+1 {
			t.Errorf("Sweep(%d) says %d, and %d are left", limit, n, count(t, db)-1)
		}
	}
	if n, err := s.Sweep(t.Context(), 1000); n != 0 || err != nil {
		t.Errorf("Sweep of nothing: %d, %v", n, err)
	}
	_, err = s.Load(t.Context(), "live")
	must(t, err)
}

// What expired first goes first.
func TestSweepOrder(t *testing.T) {
	db := openDB(t, newFile(t), recommended)
	s := newStore(t, db, "")
	must(t, s.CreateSchema(t.Context()))
	fill(t, db, 100)
	_, err := s.Sweep(t.Context(), 60)
	must(t, err)
	var first int
	must(t, db.QueryRowContext(t.Context(), `SELECT min(expires) FROM coatcheck_sessions`).Scan(&first))
	if first != 61 {
		t.Errorf("the first that is left expired at %d, want 61", first)
	}
}
