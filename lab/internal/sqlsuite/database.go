// Package sqlsuite holds what sqlstore must show on each SQL server: a package
// of tests for one gives it a [Database] and calls its tests.
package sqlsuite

import (
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/sqlstore"
)

// A Database is one on a real server, and what differs from one kind to the next.
type Database struct {
	Server  *servers.Server
	Dialect sqlstore.Dialect
	Driver  string // of database/sql
	Name    string // its data source name, as the documentation of sqlstore recommends

	Settings string // to add to Name: those that need not be as recommended

	Fill    string // takes a number: puts as many rows into {table}, which expired at 1, 2, 3 …
	Param   string // a placeholder for the first parameter
	Lax     string // lets {column} of {table}, of the {type}, be NULL
	Victim  string // lets this connection win a deadlock, where the others don't say so
	Analyze string // lets the planner know what is in {table}
	Primary string // what a plan calls the index of the keys
	Missing string // what the error says if there is no table
	Reader  string // makes a user who may only read {table}
	Refused string // what the error says if that one writes

	ReaderName string // that user's data source name
	Explain    func(tb testing.TB, db *sql.DB, text string, args ...any) (plan string)
}

// OpenDB opens a pool of a few connections, as a process has.
func (d Database) OpenDB(tb testing.TB) *sql.DB {
	tb.Helper()
	db, err := d.connect(d.Name)
	must(tb, err)
	tb.Cleanup(func() { must(tb, db.Close()) })
	return db
}

func (d Database) connect(name string) (*sql.DB, error) {
	db, err := sql.Open(d.Driver, name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	return db, nil
}

var tables atomic.Int64

// newTable returns a name that no table has yet.
func newTable() string { return fmt.Sprintf("sessions_%d", tables.Add(1)) }

// NewStore returns a store on a table, which may be missing.
func (d Database) NewStore(tb testing.TB, db *sql.DB, table string) *sqlstore.Store {
	tb.Helper()
	s, err := sqlstore.New(db, d.Dialect, sqlstore.Options{Table: table})
	must(tb, err)
	tb.Cleanup(func() { must(tb, s.Close()) })
	return s
}

// Open returns a store on a new table, and the table.
func (d Database) Open(tb testing.TB, db *sql.DB) (s *sqlstore.Store, table string) {
	tb.Helper()
	table = newTable()
	s = d.NewStore(tb, db, table)
	must(tb, s.CreateSchema(tb.Context()))
	return s, table
}

// NewSite returns one process of the races' site, on the store that the data
// source name and the table name, with a space between.
func (d Database) NewSite(store string) (http.Handler, error) {
	name, table, _ := strings.Cut(store, " ")
	db, err := d.connect(name)
	if err != nil {
		return nil, err
	}
	s, err := sqlstore.New(db, d.Dialect, sqlstore.Options{Table: table})
	if err != nil {
		return nil, err
	}
	return racetest.NewSite(s)
}

// Execute runs a statement in which {table} is the table.
func Execute(tb testing.TB, db *sql.DB, table, text string, args ...any) {
	tb.Helper()
	_, err := db.ExecContext(tb.Context(), strings.ReplaceAll(text, "{table}", table), args...)
	must(tb, err)
}

// Record returns a live one.
func Record(data string) session.Record {
	return session.Record{Data: data, Subject: "somebody", Expires: time.Now().Add(time.Hour)}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
