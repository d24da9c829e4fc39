package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"modernc.org/sqlite" // the driver, without C
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/coatcheck-go/session/sqlstore"
)

// sqliteOptions are those that package sqlstore recommends, with the reasons.
const sqliteOptions = "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=synchronous(NORMAL)"

// openSQLite opens a SQLite database.
func openSQLite(ctx context.Context, file string, w want) (*backend, error) {
	if file == "" || file == ":memory:" {
		return nil, usagef("sqlite: needs a file: sqlite:FILE, or use memory:")
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	if err := probeFile(path, w.create && w.space == ""); err != nil {
		return nil, hint(err, "name a file that this user can write, in a folder that is there")
	}
	b, err := openDatabase(ctx, path, w)
	if err != nil {
		return nil, fmt.Errorf("can't use the database %s: %w", file, advise(err))
	}
	return b, nil
}

// advise adds what to do to SQLite's most likely complaint.
func advise(err error) error {
	if e := (*sqlite.Error)(nil); errors.As(err, &e) && e.Code() == sqlite3.SQLITE_NOTADB {
		return hint(err, "name another file, or move that one away")
	}
	return err
}

// probeFile opens the file for writing, or makes it, readable by this user only.
// Its errors are clearer than SQLite's, and SQLite gives the files that it
// puts beside it the same permissions.
func probeFile(path string, create bool) error {
	flags := os.O_RDWR
	if create {
		flags |= os.O_CREATE
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func openDatabase(ctx context.Context, path string, w want) (*backend, error) {
	name := url.URL{Path: filepath.ToSlash(path)} // SQLite reads % and ? as URLs have them
	db, err := sql.Open("sqlite", "file:"+name.EscapedPath()+sqliteOptions)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2 * runtime.GOMAXPROCS(0))
	db.SetMaxIdleConns(2 * runtime.GOMAXPROCS(0))
	if w.foreign != nil {
		return foreignDatabase(ctx, db, "SQLite, "+path)
	}
	store, err := openTable(ctx, db, sqlstore.SQLite, w)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &backend{
		store: store,
		place: "SQLite, " + path,
		lasts: true,
		close: func() error { return errors.Join(store.Close(), db.Close()) },
		clean: func(ctx context.Context) error { return dropTable(ctx, db, w.space) },
	}, nil
}

// openTable makes the table if that is wanted, and finds out now, and not at the
// first sign-in, whether the database can be written to.
func openTable(ctx context.Context, db *sql.DB, d sqlstore.Dialect, w want) (*sqlstore.Store, error) {
	store, err := sqlstore.New(db, d, sqlstore.Options{Table: w.space})
	if err != nil {
		return nil, err
	}
	if !w.create {
		return store, store.Check(ctx)
	}
	return store, store.CreateSchema(ctx)
}

// foreignDatabase is a database in which another framework has its table.
func foreignDatabase(ctx context.Context, db *sql.DB, where string) (*backend, error) {
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &backend{place: where, foreign: place{db: db}, lasts: true, close: db.Close}, nil
}

func dropTable(ctx context.Context, db *sql.DB, table string) error {
	_, err := db.ExecContext(ctx, "DROP TABLE IF EXISTS "+table)
	return err
}
