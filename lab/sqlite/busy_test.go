package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"runtime"
	"testing"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/sqlstore"
)

// acts are all that writes.
var acts = map[string]func(context.Context, *sqlstore.Store, session.Record) error{
	"Create": func(ctx context.Context, s *sqlstore.Store, _ session.Record) error {
		_, err := s.Create(ctx, "other", record("two"))
		return err
	},
	"Update": func(ctx context.Context, s *sqlstore.Store, old session.Record) error {
		_, err := s.Update(ctx, "key", old, record("two"))
		return err
	},
	"Touch": func(ctx context.Context, s *sqlstore.Store, old session.Record) error {
		return s.Touch(ctx, "key", old, record("").Expires)
	},
	"Replace": func(ctx context.Context, s *sqlstore.Store, old session.Record) error {
		_, err := s.Replace(ctx, "key", old, record("two"), "other", record("two"))
		return err
	},
	"Delete": func(ctx context.Context, s *sqlstore.Store, _ session.Record) error {
		return s.Delete(ctx, "key")
	},
	"DeleteBySubject": func(ctx context.Context, s *sqlstore.Store, _ session.Record) error {
		_, err := s.DeleteBySubject(ctx, "somebody")
		return err
	},
	"Sweep": func(ctx context.Context, s *sqlstore.Store, _ session.Record) error {
		_, err := s.Sweep(ctx, 10)
		return err
	},
}

// refused checks that err is SQLite's code, and none of the sentinels: nobody
// must take a busy database for a session that has changed or is gone.
func refused(t *testing.T, err error, code int) {
	t.Helper()
	var e *driver.Error
	if !errors.As(err, &e) || e.Code()&0xff != code {
		t.Errorf("error %v, want SQLite's code %d", err, code)
	}
	for _, sentinel := range []error{session.ErrNotFound, session.ErrConflict, session.ErrBroken} {
		if errors.Is(err, sentinel) {
			t.Errorf("error %v is %v", err, sentinel)
		}
	}
}

// stored returns the record of a new file, and the file.
func stored(t *testing.T) (file string, old session.Record) {
	t.Helper()
	file = newFile(t)
	s := open(t, file)
	_, err := s.Create(t.Context(), "key", record("one"))
	must(t, err)
	old, err = s.Load(t.Context(), "key")
	must(t, err)
	return file, old
}

// lock lets another connection hold the write lock until the test ends.
func lock(t *testing.T, file string) {
	t.Helper()
	db := openDB(t, file, recommended+"&_txlock=immediate")
	tx, err := db.BeginTx(context.Background(), nil)
	must(t, err)
	t.Cleanup(func() { must(t, tx.Rollback()) })
}

// intact checks that old is still what is there.
func intact(t *testing.T, s session.Store, old session.Record) {
	t.Helper()
	if now, err := s.Load(t.Context(), "key"); err != nil || now != old {
		t.Errorf("the record has changed (Load: %v)", err)
	}
}

func TestLocked(t *testing.T) {
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			file, old := stored(t)
			lock(t, file)
			s := newStore(t, openDB(t, file, "?_pragma=busy_timeout(1)"), "")
			refused(t, act(t.Context(), s, old), sqlite3.SQLITE_BUSY)
			intact(t, s, old) // readers need no lock
		})
	}
}

// A call that waits for the lock is told that its context is done, at the latest when
// busy_timeout is over: not every version of the driver breaks off the wait. It
// is cancelled when it has a connection, so that it waits or is about to.
func TestLockedAndCancelled(t *testing.T) {
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			file, old := stored(t)
			lock(t, file)
			db := openDB(t, file, "?_pragma=busy_timeout(500)")
			ctx, cancel := context.WithCancel(t.Context())
			go cancelWhenBusy(db, cancel)
			if err := act(ctx, newStore(t, db, ""), old); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want %v", err, context.Canceled)
			}
		})
	}
}

func cancelWhenBusy(db *sql.DB, cancel func()) {
	for db.Stats().InUse == 0 {
		runtime.Gosched()
	}
	cancel()
}

func TestReadOnly(t *testing.T) {
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			file, old := stored(t)
			s := newStore(t, openDB(t, file, "?mode=ro"), "")
			refused(t, act(t.Context(), s, old), sqlite3.SQLITE_READONLY)
			intact(t, s, old)
		})
	}
}

func TestNotADatabase(t *testing.T) {
	file := newFile(t)
	must(t, os.WriteFile(file, bytes.Repeat([]byte("no database "), 1000), 0o600))
	s := newStore(t, openDB(t, file, ""), "")
	_, err := s.Load(t.Context(), "key")
	refused(t, err, sqlite3.SQLITE_NOTADB)
}
