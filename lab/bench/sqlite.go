package main

import (
	"database/sql"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	_ "modernc.org/sqlite"

	"github.com/coatcheck-go/session"
)

// openSQLite opens a new database as the documentation of package sqlstore
// recommends.
func openSQLite(dir string) (*sql.DB, error) {
	dir, err := os.MkdirTemp(dir, "sqlite")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "sessions.db")+
		"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=synchronous(NORMAL)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2 * runtime.GOMAXPROCS(0))
	db.SetMaxIdleConns(2 * runtime.GOMAXPROCS(0))
	return db, nil
}

// rawSelect reads a session's row by a prepared statement, without any library.
type rawSelect struct {
	stmt *sql.Stmt
	key  []byte
}

// openRawSelect takes the table of package sqlstore with one session in it.
func openRawSelect(o options) (*site, error) {
	db, store, err := openSQLStore(o.dir)
	if err != nil {
		return nil, err
	}
	raw, err := prepareRaw(db, store, o.data)
	if err != nil {
		return nil, errors.Join(err, store.Close(), db.Close())
	}
	s := rawSite(raw)
	s.close = func() error { return errors.Join(raw.stmt.Close(), store.Close(), db.Close()) }
	return s, nil
}

func prepareRaw(db *sql.DB, store session.Store, data []entry) (*rawSelect, error) {
	c, err := newCoatcheck(store, session.Limits{})
	if err == nil {
		err = c.fillUntil(data, time.Time{})
	}
	if err != nil {
		return nil, err
	}
	raw := &rawSelect{}
	if err := db.QueryRow(`SELECT id FROM coatcheck_sessions`).Scan(&raw.key); err != nil {
		return nil, err
	}
	raw.stmt, err = db.Prepare(`SELECT expires, version, subject, data FROM coatcheck_sessions WHERE id = ?`)
	return raw, err
}

func (raw *rawSelect) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var expires, version int64
	var subject string
	var data []byte
	err := raw.stmt.QueryRowContext(r.Context(), raw.key).Scan(&expires, &version, &subject, &data)
	answer(w, err == nil && len(data) > 0)
}
