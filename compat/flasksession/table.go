package flasksession

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/sqlcommon"
	"github.com/coatcheck-go/session/kv"
)

// TableOptions say which table it is. Only Dialect must be set.
type TableOptions struct {
	// Dialect is the kind of database: [SQLite], [PostgreSQL] or [MySQL].
	Dialect Dialect

	// Name is SESSION_SQLALCHEMY_TABLE, after SESSION_SQLALCHEMY_SCHEMA and a dot if
	// that is set: letters, digits and _. Default "sessions".
	Name string
}

// A Table is a kv.Store on the table of SESSION_TYPE "sqlalchemy", which
// Flask-Session has made, or [Table.CreateSchema]:
//
//	id          integer, the primary key
//	session_id  varchar(255), unique: the key
//	data        bytes
//	expiry      a time without a zone, in UTC
//
// MySQL takes at most 65,535 bytes of data there, and its collation must tell upper
// from lower case: by the usual one, two keys that differ in nothing else can't
// both be there, and Add is session.ErrConflict for the second.
//
// What has expired is removed when its key is used again, by [Table.Sweep], and by
// Flask-Session's own "flask session_cleanup".
type Table struct {
	db      *sql.DB
	name    string
	dialect Dialect
	queries queries
	sweeping
}

var _ kv.Expirer = (*Table)(nil)

const defaultTable = "sessions"

// NewTable returns the store on a table of db, or an error that says what in o is
// wrong. It does no I/O.
func NewTable(db *sql.DB, o TableOptions) (*Table, error) {
	name, err := o.table()
	switch {
	case err != nil:
		return nil, err
	case db == nil:
		return nil, errors.New("flasksession: no database")
	}
	return &Table{db: db, name: name, dialect: o.Dialect, queries: o.Dialect.queries(name)}, nil
}

// table returns the table's name, or what is wrong with o.
func (o TableOptions) table() (string, error) {
	name := cmp.Or(o.Name, defaultTable)
	schema, table, dotted := strings.Cut(name, ".")
	switch {
	case !isName(schema) || dotted && !isName(table):
		return "", errors.New("flasksession: TableOptions.Name must be letters, digits and _, perhaps after a schema and a dot")
	case o.Dialect.text == nil:
		return "", errors.New("flasksession: TableOptions.Dialect must be set")
	}
	return name, nil
}

func isName(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// Get implements kv.Store.
func (t *Table) Get(ctx context.Context, key string) (value string, err error) {
	value, _, err = t.GetUntil(ctx, key)
	return value, err
}

// GetUntil implements [kv.Expirer].
func (t *Table) GetUntil(ctx context.Context, key string) (value string, until time.Time, err error) {
	r, err := t.row(ctx, key)
	if err == nil && (r.key != key || !time.Now().Before(r.until)) {
		err = session.ErrNotFound
	}
	if err != nil {
		return "", time.Time{}, failed("get", err)
	}
	return string(r.data), r.until, nil
}

// A row of a Table.
type row struct {
	key   string // as it stands there: some collations find more than was asked for
	data  []byte
	until time.Time // zero for NULL, which Flask-Session takes for over
}

func (t *Table) row(ctx context.Context, key string) (r row, err error) {
	var expiry sql.NullString
	err = t.db.QueryRowContext(ctx, t.queries.get, key).Scan(&r.key, &r.data, &expiry)
	if errors.Is(err, sql.ErrNoRows) {
		return r, session.ErrNotFound
	}
	if err == nil && expiry.Valid {
		r.until, err = parseTime(expiry.String)
	}
	return r, err
}

// Add implements kv.Store.
func (t *Table) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	now := time.Now()
	if ttl <= 0 {
		return t.addNothing(ctx, key)
	}
	if _, err := sqlcommon.Exec(ctx, t.db, t.queries.clear, key, formatTime(now)); err != nil {
		return failed("add", err)
	}
	_, err := sqlcommon.Exec(ctx, t.db, t.queries.add, key, []byte(value), t.dialect.until(now, ttl))
	if err == nil {
		return nil
	}
	// How a database says "there is one" differs, and its text may tell the key.
	if _, rowErr := t.row(ctx, key); rowErr == nil {
		err = session.ErrConflict
	}
	return failed("add", err)
}

// addNothing is an Add that is over at once.
func (t *Table) addNothing(ctx context.Context, key string) error {
	_, err := t.Get(ctx, key)
	switch {
	case err == nil:
		return failed("add", session.ErrConflict)
	case errors.Is(err, session.ErrNotFound):
		return nil
	}
	return err
}

// Swap implements kv.Store.
func (t *Table) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	now := time.Now()
	var result sql.Result
	var err error
	if ttl <= 0 {
		result, err = sqlcommon.Exec(ctx, t.db, t.queries.end, key, []byte(old), formatTime(now))
	} else {
		result, err = sqlcommon.Exec(ctx, t.db, t.queries.swap, []byte(value), t.dialect.until(now, ttl), key, []byte(old), formatTime(now))
	}
	if err != nil {
		return failed("swap", err)
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return failed("swap", err)
	}
	return failed("swap", t.why(ctx, key, old, value))
}

// why tells why a Swap changed no row. MySQL doesn't count a row that has become what
// it was.
func (t *Table) why(ctx context.Context, key, old, value string) error {
	is, err := t.Get(ctx, key)
	if err == nil && (is != old || old != value) {
		return session.ErrConflict
	}
	return err
}

// Delete implements kv.Store.
func (t *Table) Delete(ctx context.Context, key string) error {
	_, err := sqlcommon.Exec(ctx, t.db, t.queries.remove, key)
	return failed("delete", err)
}

func failed(act string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("flasksession: table: %s: %w", act, err)
}
