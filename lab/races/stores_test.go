// Package races runs the races of internal/racetest on stores that several
// processes share: all of them with one process, and with two.
package races

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/filestore"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/lab/internal/stores"
	"github.com/coatcheck-go/session/sqlstore"
)

// recommended is what the documentation of sqlstore recommends.
const recommended = "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=synchronous(NORMAL)"

// patience is for hundreds of requests at once, on a busy machine.
const patience = time.Minute

// open opens a store: its kind, a colon and its place. It is closed with the process.
func open(store string) (session.Store, error) {
	kind, place, _ := strings.Cut(store, ":")
	switch kind {
	case "file":
		return filestore.Open(place, filestore.Options{NoSync: true})
	case "sqlite":
		return openSQLite(place)
	}
	s, _, err := stores.Open(store, patience)
	return s, err
}

func openSQLite(file string) (session.Store, error) {
	db, err := sql.Open("sqlite", "file:"+file+recommended)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	return sqlstore.New(db, sqlstore.SQLite, sqlstore.Options{})
}

// newSite opens the store for one process of the site.
func newSite(store string) (http.Handler, error) {
	s, err := open(store)
	if err != nil {
		return nil, err
	}
	return racetest.NewSite(s)
}

func newFolder(t *testing.T) string { return "file:" + t.TempDir() }

func newDatabase(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "sessions.db")
	s, err := openSQLite(file)
	if err == nil {
		err = s.(*sqlstore.Store).CreateSchema(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + file
}
