package sqlite

import (
	"database/sql"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/sqlstore"
	"github.com/coatcheck-go/session/storetest"
)

// damages are what a table made by hand, without STRICT and NOT NULL, may hold.
var damages = map[string]string{
	"version is NULL":             `version = NULL`,
	"version is a number as text": `version = '12'`,
	"version is a fraction":       `version = 1.5`,
	"expires is NULL":             `expires = NULL`,
	"expires is a date":           `expires = '2999-01-01'`,
	"subject is NULL":             `subject = NULL`,
	"subject is a number":         `subject = 12`,
	"data is NULL":                `data = NULL`,
	"data is text":                `data = 'text'`,
}

// lost are damages by which the record isn't the subject's any more, or counts as
// dead: a date as text is a small number to SQLite.
var lost = []string{"subject is NULL", "subject is a number", "expires is a date"}

// openLax returns a store on a table that takes values of any type.
func openLax(t *testing.T) (*sqlstore.Store, *sql.DB) {
	t.Helper()
	db := openDB(t, newFile(t), recommended)
	execute(t, db, `CREATE TABLE coatcheck_sessions (id PRIMARY KEY, version, expires, subject, data)`)
	s := newStore(t, db, "")
	must(t, s.Check(t.Context()))
	return s, db
}

func damage(t *testing.T, db *sql.DB, how string, key session.Key) {
	t.Helper()
	execute(t, db, `UPDATE coatcheck_sessions SET `+how+` WHERE id = ?`, []byte(key))
}

func TestDamaged(t *testing.T) {
	for name, how := range damages {
		if slices.Contains(lost, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			storetest.RunDamaged(t, func(t *testing.T) (session.Store, func(session.Key)) {
				s, db := openLax(t)
				return s, func(key session.Key) { damage(t, db, how, key) }
			})
		})
	}
}

func TestDamagedIsNotOld(t *testing.T) {
	for name, how := range damages {
		t.Run(name, func(t *testing.T) {
			s, db := openLax(t)
			v, err := s.Create(t.Context(), "key", record("one"))
			must(t, err)
			damage(t, db, how, "key")
			if _, err = s.Update(t.Context(), "key", session.Record{Version: v + 1}, record("two")); !errors.Is(err, session.ErrBroken) {
				t.Errorf("Update: %v, want %v", err, session.ErrBroken)
			}
		})
	}
}

func TestDamagedHidesNoOther(t *testing.T) {
	for name, how := range damages {
		t.Run(name, func(t *testing.T) {
			s, db := openLax(t)
			for _, key := range []session.Key{"a", "b", "c"} {
				_, err := s.Create(t.Context(), key, record("one"))
				must(t, err)
			}
			damage(t, db, how, "b")
			found, err := s.BySubject(t.Context(), "somebody")
			must(t, err)
			if len(found) != 2 {
				t.Errorf("BySubject found %d records, want the 2 that are sound", len(found))
			}
			if n := len(listAll(t, s, 1)); n != 2 {
				t.Errorf("List found %d records, want the 2 that are sound", n)
			}
		})
	}
}

func TestDamagedAndDeadIsAbsent(t *testing.T) {
	s, db := openLax(t)
	rec := record("one")
	rec.Expires = time.Now().Add(-time.Hour)
	_, err := s.Create(t.Context(), "key", rec)
	must(t, err)
	damage(t, db, `version = NULL, data = NULL`, "key")
	if _, err := s.Load(t.Context(), "key"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("Load: %v, want %v", err, session.ErrNotFound)
	}
}

func listAll(t *testing.T, s session.Lister, limit int) (all []session.Entry) {
	t.Helper()
	for cursor, more := "", true; more; more = cursor != "" {
		page, next, err := s.List(t.Context(), cursor, limit)
		must(t, err)
		all, cursor = append(all, page...), next
	}
	return all
}
