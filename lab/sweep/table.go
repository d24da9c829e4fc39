package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"time"

	_ "modernc.org/sqlite"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/traffic"
	"github.com/coatcheck-go/session/sqlstore"
)

// A table is a database with the sessions' table.
type table struct {
	db    *sql.DB
	store *sqlstore.Store
}

// openTable opens the database as the documentation of package sqlstore recommends.
func openTable(ctx context.Context, file string) (*table, error) {
	db, err := sql.Open("sqlite", "file:"+file+
		"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=synchronous(NORMAL)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2 * runtime.GOMAXPROCS(0))
	db.SetMaxIdleConns(2 * runtime.GOMAXPROCS(0))
	store, err := sqlstore.New(db, sqlstore.SQLite, sqlstore.Options{})
	if err == nil {
		err = store.CreateSchema(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &table{db, store}, nil
}

func (t *table) Close() error { return errors.Join(t.store.Close(), t.db.Close()) }

// fill makes live sessions as a Manager does, and as many copies of one of them,
// expired within the last day, as are missing to rows.
func (t *table) fill(ctx context.Context, rows, live int) (*traffic.Visitors, error) {
	m, err := session.New(session.Config{Store: t.store})
	if err != nil {
		return nil, err
	}
	v := traffic.New(m, live)
	for i := range live {
		if err := v.Add(ctx, i, "user-"+strconv.Itoa(i)); err != nil {
			return nil, err
		}
	}
	return v, t.addExpired(ctx, rows-live)
}

// addExpired is one transaction, in the order of the keys: quick. Then the log is
// put away, so that nothing of all this is left to do for those who are measured.
func (t *table) addExpired(ctx context.Context, n int) error {
	_, err := t.db.ExecContext(ctx, `WITH RECURSIVE n(i) AS (SELECT 1 WHERE ?1 > 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
		INSERT INTO coatcheck_sessions
		SELECT randomblob(32), abs(random()), ?2 - 1 - abs(random()) % 86400000, 'user-' || i,
			(SELECT data FROM coatcheck_sessions LIMIT 1)
		FROM n ORDER BY 1`, n, time.Now().UnixMilli())
	if err != nil {
		return err
	}
	_, err = t.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// check counts what the sweep has left.
func (t *table) check(ctx context.Context, live int) error {
	var all, expired int
	row := t.db.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE expires <= ?) FROM coatcheck_sessions`,
		time.Now().UnixMilli())
	if err := row.Scan(&all, &expired); err != nil {
		return err
	}
	if expired > 0 || all != live {
		return fmt.Errorf("%d sessions are left, %d of them expired: want %d and none", all, expired, live)
	}
	return nil
}
