package flasksession

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/flasksession"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/kvtest"
)

func openDB(t *testing.T, driver, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, name)
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	return db
}

// table makes the table of Flask-Session's anew, as SQLAlchemy does.
func table(t *testing.T, driver, name string, dialect compat.Dialect) *compat.Table {
	t.Helper()
	db := openDB(t, driver, name)
	columns := map[string]string{
		"sqlite": "id INTEGER NOT NULL, session_id VARCHAR(255), data BLOB, expiry DATETIME, PRIMARY KEY (id), UNIQUE (session_id)",
		"pgx":    "id SERIAL NOT NULL, session_id VARCHAR(255), data BYTEA, expiry TIMESTAMP WITHOUT TIME ZONE, PRIMARY KEY (id), UNIQUE (session_id)",
		"mysql":  "id INTEGER NOT NULL AUTO_INCREMENT, session_id VARCHAR(255), data BLOB, expiry DATETIME, PRIMARY KEY (id), UNIQUE (session_id)",
	}[driver]
	for _, statement := range []string{"DROP TABLE IF EXISTS contract", "CREATE TABLE contract (" + columns + ")"} {
		_, err := db.ExecContext(t.Context(), statement)
		check(t, err)
	}
	s, err := compat.NewTable(db, compat.TableOptions{Dialect: dialect, Name: "contract"})
	check(t, err)
	return s
}

func TestTableOnSQLite(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
		s := table(t, "sqlite", filepath.Join(t.TempDir(), "kv.db")+"?_pragma=busy_timeout(10000)", compat.SQLite)
		return s, s
	})
}

func TestTableOnPostgreSQL(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
		s := table(t, "pgx", postgres.PostgresURL("coatcheck"), compat.PostgreSQL)
		return s, s
	})
}

// SQLAlchemy's table on MariaDB can't hold all that the contract asks for. What it
// can, it keeps: conditions, times that never end early, and keys that differ in case.
func TestTableOnMariaDB(t *testing.T) {
	ctx, s := t.Context(), table(t, "mysql", mariadb.MySQLName("root", "mysql"), compat.MySQL)
	check(t, s.Add(ctx, "key", "one\x00\xff", time.Hour))
	want := func(what string, err, want error) {
		t.Helper()
		if !errors.Is(err, want) || err == nil && want != nil {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
		if err != nil && strings.Contains(strings.ToLower(err.Error()), "'key") {
			t.Errorf("%s tells the key: %v", what, err)
		}
	}
	want("Add over another", s.Add(ctx, "key", "two", time.Hour), session.ErrConflict)
	want("Add of another case", s.Add(ctx, "KEY", "two", time.Hour), session.ErrConflict)
	_, err := s.Get(ctx, "KEY")
	want("Get of another case", err, session.ErrNotFound)
	want("Swap of another value", s.Swap(ctx, "key", "two", "three", time.Hour), session.ErrConflict)
	want("Swap of nothing", s.Swap(ctx, "none", "two", "three", time.Hour), session.ErrNotFound)
	for range 3 { // within one second, so that nothing changes
		want("Swap with the same", s.Swap(ctx, "key", "one\x00\xff", "one\x00\xff", time.Hour), nil)
	}
	want("Swap", s.Swap(ctx, "key", "one\x00\xff", "two", 1500*time.Millisecond), nil)
	_, until, err := s.GetUntil(ctx, "key")
	want("GetUntil", err, nil)
	if left := time.Until(until); left < time.Second || left > 2600*time.Millisecond {
		t.Errorf("%v are left", left)
	}
	want("Swap to the end", s.Swap(ctx, "key", "two", "three", 0), nil)
	want("Add after the end", s.Add(ctx, "KEY", "four", time.Hour), nil)
	want("Delete", s.Delete(ctx, "KEY"), nil)
	_, err = s.Get(ctx, "KEY")
	want("Get after Delete", err, session.ErrNotFound)
}

func TestTableOptions(t *testing.T) {
	for _, o := range []compat.TableOptions{{}, {Dialect: compat.SQLite, Name: "a b"}, {Dialect: compat.SQLite, Name: "a.b.c"}, {Dialect: compat.SQLite, Name: "a."}, {Dialect: compat.SQLite, Name: `"a"`}} {
		if _, err := compat.NewTable(new(sql.DB), o); err == nil {
			t.Errorf("NewTable: %+v is taken", o.Name)
		}
		if _, err := compat.Schema(o); err == nil {
			t.Errorf("Schema: %+v is taken", o.Name)
		}
	}
}
