package sqlite

import (
	"database/sql"
	"database/sql/driver"
	"strings"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
)

// A recorder is a driver that keeps the text of all it is asked to prepare. Its
// connections can do nothing but prepare, so that is all there is.
type recorder struct {
	driver.Driver
	mu    sync.Mutex
	texts []string
}

type recordedConn struct {
	driver.Conn
	recorder *recorder
}

func (r *recorder) Open(name string) (driver.Conn, error) {
	conn, err := r.Driver.Open(name)
	return &recordedConn{conn, r}, err
}

func (c *recordedConn) Prepare(text string) (driver.Stmt, error) {
	c.recorder.mu.Lock()
	defer c.recorder.mu.Unlock()
	c.recorder.texts = append(c.recorder.texts, text)
	return c.Conn.Prepare(text)
}

// Each statement must find its rows by the index that is for it, or it takes ever
// longer. An INSERT has no plan.
func TestPlans(t *testing.T) {
	file, old := stored(t)
	plain := openDB(t, file, recommended)
	r := &recorder{Driver: plain.Driver()}
	sql.Register("recorder", r)
	db, err := sql.Open("recorder", "file:"+file+recommended)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })

	s := newStore(t, db, "")
	for _, act := range acts {
		_ = act(t.Context(), s, old) // in any order: some find nothing, and that is fine
	}
	_, err = s.BySubject(t.Context(), "somebody")
	must(t, err)
	_, err = s.DeleteBySubject(t.Context(), "somebody", session.Key("a"), session.Key("b"))
	must(t, err)
	listAll(t, s, 10)

	const statements = 10
	if len(r.texts) < statements {
		t.Fatalf("%d statements, want at least %d", len(r.texts), statements)
	}
	for _, text := range r.texts {
		plan, want := explain(t, plain, text), index(text)
		if strings.Contains(plan, "SCAN") || !strings.Contains(plan, want) {
			t.Errorf("%s\nplan:%s\nwant: %s", text, plan, want)
		}
	}
}

func index(text string) string {
	switch {
	case strings.HasPrefix(text, "INSERT"):
		return ""
	case strings.Contains(text, "subject = ? AND"):
		return "INDEX coatcheck_sessions_subject (subject=?)"
	case strings.Contains(text, "key IN"):
		return "USING COVERING INDEX coatcheck_sessions_expires (expires<?)"
	}
	return "USING PRIMARY KEY (id"
}

func explain(t *testing.T, db *sql.DB, text string) (plan string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, make([]any, strings.Count(text, "?"))...)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		must(t, rows.Scan(&id, &parent, &unused, &step))
		plan += "\n\t" + step
	}
	must(t, rows.Err())
	return plan
}
