package sqlsuite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
	"sync"
	"testing"
)

// A recorder is a driver that keeps all it is asked to run. Its connections can
// do nothing but prepare, so that is all there is.
type recorder struct {
	driver.Driver
	mu    sync.Mutex
	calls []call
}

type call struct {
	text string
	args []any
}

func (r *recorder) Open(name string) (driver.Conn, error) {
	conn, err := r.Driver.Open(name)
	return recordedConn{conn, r}, err
}

func (r *recorder) add(text string, args []driver.NamedValue) {
	c := call{text: text}
	for _, a := range args {
		c.args = append(c.args, a.Value)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, c)
}

type recordedConn struct {
	driver.Conn
	recorder *recorder
}

func (c recordedConn) Prepare(text string) (driver.Stmt, error) {
	stmt, err := c.Conn.Prepare(text)
	return recordedStmt{stmt, text, c.recorder}, err
}

type recordedStmt struct {
	driver.Stmt
	text     string
	recorder *recorder
}

func (s recordedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.recorder.add(s.text, args)
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s recordedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.recorder.add(s.text, args)
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// testPlans: each statement must find its rows by the index that is for it, or it
// takes ever longer. An INSERT has no choice.
func (d Database) testPlans(t *testing.T) {
	plain := d.OpenDB(t)
	s, table := d.Open(t, plain)
	old := store(t, s)
	Execute(t, plain, table, d.Fill, 20_000)
	Execute(t, plain, table, d.Analyze)
	r := &recorder{Driver: plain.Driver()}
	sql.Register("recorder", r)
	db, err := sql.Open("recorder", d.Name)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	s = d.NewStore(t, db, table)
	for _, act := range reads {
		must(t, act(t.Context(), s))
	}
	for _, act := range writes {
		_ = act(t.Context(), s, old) // in any order: some find nothing, and that is fine
	}

	const statements = 10
	if len(r.calls) < statements {
		t.Fatalf("%d statements, want at least %d", len(r.calls), statements)
	}
	_ = s.Delete(t.Context(), "key")
	store(t, s) // MariaDB says nothing of the search for a key that isn't there
	for _, c := range r.calls {
		if strings.HasPrefix(c.text, "INSERT") {
			continue
		}
		plan, want := d.Explain(t, plain, c.text, c.args...), d.index(table, c.text)
		if strings.Contains(plan, FullScan) || !strings.Contains(plan, want) {
			t.Errorf("%s\nplan:\n%s\nwant: %s", c.text, plan, want)
		}
	}
}

// FullScan is what a plan says of a table that is read from end to end.
const FullScan = "Seq Scan"

// index is what must be in the plan of a statement.
func (d Database) index(table, text string) string {
	switch {
	case strings.Contains(text, "subject = "+d.Param+" AND"):
		return table + "_subject"
	case strings.Contains(text, "ORDER BY expires"):
		return table + "_expires"
	}
	return d.Primary
}
