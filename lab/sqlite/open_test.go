// Package sqlite tests package sqlstore on SQLite itself, by the driver
// modernc.org/sqlite.
package sqlite

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/sqlstore"
)

// recommended is what the documentation of sqlstore recommends.
const recommended = "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=synchronous(NORMAL)"

func newFile(tb testing.TB) string { return filepath.Join(tb.TempDir(), "sessions.db") }

// connect sets up the pool as the documentation of sqlstore recommends.
func connect(file, options string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+file+options)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	return db, nil
}

func openDB(tb testing.TB, file, options string) *sql.DB {
	tb.Helper()
	db, err := connect(file, options)
	must(tb, err)
	tb.Cleanup(func() { must(tb, db.Close()) })
	return db
}

// newStore returns a store on db, without a schema.
func newStore(tb testing.TB, db *sql.DB, table string) *sqlstore.Store {
	tb.Helper()
	s, err := sqlstore.New(db, sqlstore.SQLite, sqlstore.Options{Table: table})
	must(tb, err)
	tb.Cleanup(func() { must(tb, s.Close()) })
	return s
}

// open returns a store with a schema on file.
func open(tb testing.TB, file string) *sqlstore.Store {
	tb.Helper()
	s := newStore(tb, openDB(tb, file, recommended), "")
	must(tb, s.CreateSchema(tb.Context()))
	return s
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func execute(tb testing.TB, db *sql.DB, text string, args ...any) {
	tb.Helper()
	_, err := db.ExecContext(tb.Context(), text, args...)
	must(tb, err)
}

func record(data string) session.Record {
	return session.Record{Data: data, Subject: "somebody", Expires: time.Now().Add(time.Hour)}
}
