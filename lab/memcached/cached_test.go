package memcached

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/cached"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/sqlstore"
	"github.com/coatcheck-go/session/storetest"
)

// memcached in front of a database, from two processes.
func TestCached(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (a, b session.Store) {
		file, prefix := filepath.Join(t.TempDir(), "sessions.db"), newPrefix()
		open := func() session.Store {
			s, err := cached.New(newKV(t, newClient(t, three...), prefix), newTruth(t, file), cached.Options{})
			must(t, err)
			return s
		}
		return open(), open()
	})
}

// A cache that restarts loses nothing, and one that is down stops the writes only.
func TestCachedOutage(t *testing.T) {
	server, err := servers.Memcached()
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	truth := newTruth(t, filepath.Join(t.TempDir(), "sessions.db"))
	s, err := cached.New(newKV(t, newClient(t, server.Address()), ""), truth, cached.Options{})
	must(t, err)
	old := record("one")
	old.Version, err = s.Create(t.Context(), "key", old)
	must(t, err)

	must(t, server.Stop())
	shows(t, s, "one")
	if _, err := s.Update(t.Context(), "key", old, record("two")); err == nil || session.StatusCode(err) != 500 {
		t.Errorf("Update: %v, want an error that is none of the sentinels", err)
	}
	shows(t, truth, "one")

	must(t, server.Start())
	shows(t, s, "one")
	_, err = s.Update(t.Context(), "key", old, record("two"))
	must(t, err)
	shows(t, s, "two")
	must(t, s.Delete(t.Context(), "key"))
	if _, err := s.Load(t.Context(), "key"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("Load: %v, want %v", err, session.ErrNotFound)
	}
}

func shows(t *testing.T, s session.Store, want string) {
	t.Helper()
	if rec, err := s.Load(t.Context(), "key"); err != nil || rec.Data != want {
		t.Errorf("Load: %q (%v), want %q", rec.Data, err, want)
	}
}

// sqliteName is how a file is opened. synchronous is off since no power fails in a test.
func sqliteName(file string) string {
	return "file:" + file + "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(30000)&_pragma=synchronous(OFF)"
}

// newTruth returns a store on a SQLite file.
func newTruth(t *testing.T, file string) *sqlstore.Store {
	t.Helper()
	db, err := sql.Open("sqlite", sqliteName(file))
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	s, err := sqlstore.New(db, sqlstore.SQLite, sqlstore.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	must(t, s.CreateSchema(t.Context()))
	return s
}
