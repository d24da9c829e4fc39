package sqlsuite

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// testDeadlock lets the database undo a Replace, to end a deadlock with somebody
// who locks the same two rows in the other order. The Replace is tried again, and
// nobody sees of it but its outcome.
func (d Database) testDeadlock(t *testing.T) {
	db := d.OpenDB(t)
	s, table := d.Open(t, db)
	old := store(t, s)
	dead := Record("dead")
	dead.Expires = dead.Expires.Add(-2 * time.Hour)
	_, err := s.Create(t.Context(), "other", dead)
	must(t, err)
	winner, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	defer func() { _ = winner.Rollback() }() // nothing to do after Commit
	_, err = winner.ExecContext(t.Context(), d.Victim)
	must(t, err)
	// Where nothing else says who is undone, it is who has written less.
	_, err = winner.ExecContext(t.Context(), strings.ReplaceAll(d.Fill, "{table}", table), 100)
	must(t, err)
	d.lock(t, winner, table, "other")
	done := make(chan error)
	go func() { done <- writes["Replace"](t.Context(), s, old) }()
	d.waitLocked(t, db, table, "key")
	d.lock(t, winner, table, "key") // returns when the Replace has been undone
	must(t, winner.Commit())
	must(t, <-done)
	if rec, err := s.Load(t.Context(), "other"); err != nil || rec.Data != "two" {
		t.Errorf("Load of the new record: %q, %v", rec.Data, err)
	}
}

// lock locks the record under key until tx ends.
func (d Database) lock(t *testing.T, tx *sql.Tx, table string, key session.Key) {
	t.Helper()
	_, err := tx.ExecContext(t.Context(), `SELECT id FROM `+table+` WHERE id = `+d.Param+` FOR UPDATE`, []byte(key))
	must(t, err)
}

// waitLocked waits until somebody has locked the record under key.
func (d Database) waitLocked(t *testing.T, db *sql.DB, table string, key session.Key) {
	t.Helper()
	text := `SELECT version FROM ` + table + ` WHERE id = ` + d.Param + ` FOR UPDATE SKIP LOCKED`
	for version := 0; ; {
		err := db.QueryRowContext(t.Context(), text, []byte(key)).Scan(&version)
		if errors.Is(err, sql.ErrNoRows) {
			return
		}
		must(t, err)
	}
}
