package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"testing"
)

// A fakeDB is a database that knows no SQL: do is asked what comes of each call,
// one of prepare, close, exec, query, begin, commit and rollback.
type fakeDB struct {
	do func(call, text string) (answer, error)
}

// An answer is how many rows a call changed and the ID it set, or the rows it found.
type answer struct {
	changed, id int64
	rows        [][]driver.Value
}

func (a answer) RowsAffected() (int64, error) { return a.changed, nil }
func (a answer) LastInsertId() (int64, error) { return a.id, nil }

func (f *fakeDB) Connect(context.Context) (driver.Conn, error) { return fakeConn{f}, nil }
func (f *fakeDB) Driver() driver.Driver                        { return nil }

type fakeConn struct{ *fakeDB }

func (c fakeConn) Close() error { return nil }

func (c fakeConn) Prepare(text string) (driver.Stmt, error) {
	_, err := c.do("prepare", text)
	return fakeStmt{c.fakeDB, text}, err
}

func (c fakeConn) Begin() (driver.Tx, error) {
	_, err := c.do("begin", "")
	return fakeTx(c), err
}

type fakeTx struct{ *fakeDB }

func (tx fakeTx) Commit() error {
	_, err := tx.do("commit", "")
	return err
}

func (tx fakeTx) Rollback() error {
	_, err := tx.do("rollback", "")
	return err
}

type fakeStmt struct {
	*fakeDB
	text string
}

func (s fakeStmt) NumInput() int { return -1 }

func (s fakeStmt) Close() error {
	_, err := s.do("close", s.text)
	return err
}

func (s fakeStmt) Exec([]driver.Value) (driver.Result, error) {
	return s.do("exec", s.text)
}

func (s fakeStmt) Query([]driver.Value) (driver.Rows, error) {
	a, err := s.do("query", s.text)
	return &fakeRows{a.rows}, err
}

type fakeRows struct{ rows [][]driver.Value }

func (r *fakeRows) Close() error { return nil }

func (r *fakeRows) Columns() []string {
	if len(r.rows) == 0 {
		return nil
	}
	return make([]string, len(r.rows[0]))
}

func (r *fakeRows) Next(dest []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	copy(dest, r.rows[0])
	r.rows = r.rows[1:]
	return nil
}

// fakeStore returns a store on a database that does what do says.
func fakeStore(t *testing.T, do func(call, text string) (answer, error)) *Store {
	t.Helper()
	return fakeStoreOf(t, SQLite, do)
}

func fakeStoreOf(t *testing.T, d Dialect, do func(call, text string) (answer, error)) *Store {
	t.Helper()
	db := sql.OpenDB(&fakeDB{do})
	t.Cleanup(func() { _ = db.Close() })
	s, err := New(db, d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
