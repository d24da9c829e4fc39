package sqlite

import (
	"strings"
	"testing"

	"github.com/coatcheck-go/session/sqlstore"
)

func TestCreateSchemaTwice(t *testing.T) {
	s := open(t, newFile(t))
	_, err := s.Create(t.Context(), "key", record("one"))
	must(t, err)
	must(t, s.CreateSchema(t.Context()))
	rec, err := s.Load(t.Context(), "key")
	if err != nil || rec.Data != "one" {
		t.Errorf("Load: %q, %v, want the record that was there", rec.Data, err)
	}
}

// Several programs may start at once. The file is in WAL mode already: for the
// switch to it SQLite doesn't wait, whatever its timeout.
func TestCreateSchemaAtOnce(t *testing.T) {
	file := newFile(t)
	must(t, openDB(t, file, recommended).PingContext(t.Context()))
	stores := make([]*sqlstore.Store, 4)
	for i := range stores {
		stores[i] = newStore(t, openDB(t, file, recommended), "")
	}
	start, errs := make(chan struct{}), make(chan error)
	for _, s := range stores {
		go func() {
			<-start
			errs <- s.CreateSchema(t.Context())
		}()
	}
	close(start)
	for range stores {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestSchemaIsWhatCreateSchemaRuns(t *testing.T) {
	text, err := sqlstore.Schema(sqlstore.SQLite, sqlstore.Options{})
	must(t, err)
	db := openDB(t, newFile(t), recommended)
	execute(t, db, text)
	must(t, newStore(t, db, "").Check(t.Context()))
}

func TestCheck(t *testing.T) {
	const other = "it was made by a newer version, or by something else"
	for name, c := range map[string]struct{ before, want string }{
		"missing": {`SELECT 1`, `there is no table coatcheck_sessions: call Store.CreateSchema or run "coatcheck schema"`},
		"newer":   {`CREATE TABLE coatcheck_sessions (key, version, expires, subject, data, device)`, other},
		"renamed": {`CREATE TABLE coatcheck_sessions (key, version, expires, subject, data2)`, other},
		"foreign": {`CREATE TABLE coatcheck_sessions (token, data, expiry)`, other},
	} {
		t.Run(name, func(t *testing.T) {
			db := openDB(t, newFile(t), recommended)
			execute(t, db, c.before)
			err := newStore(t, db, "").Check(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Check: %v, want %q", err, c.want)
			}
		})
	}
}

func TestCreateSchemaOverNewer(t *testing.T) {
	db := openDB(t, newFile(t), recommended)
	s := newStore(t, db, "")
	must(t, s.CreateSchema(t.Context()))
	execute(t, db, `ALTER TABLE coatcheck_sessions ADD COLUMN device TEXT`)
	if err := s.CreateSchema(t.Context()); err == nil {
		t.Error("CreateSchema over a newer layout: no error")
	}
}

func TestMissingTable(t *testing.T) {
	s := newStore(t, openDB(t, newFile(t), recommended), "")
	if _, err := s.Load(t.Context(), "key"); err == nil || !strings.Contains(err.Error(), "no such table: coatcheck_sessions") {
		t.Errorf("Load: %v, want the driver's words", err)
	}
	must(t, s.CreateSchema(t.Context()))
	_, err := s.Create(t.Context(), "key", record("one"))
	must(t, err)
	_, err = s.Load(t.Context(), "key")
	must(t, err) // the statement that failed wasn't kept
}

func TestTablesAreApart(t *testing.T) {
	db := openDB(t, newFile(t), recommended)
	db.SetMaxOpenConns(1) // an attached database belongs to a connection
	execute(t, db, `ATTACH ? AS other`, newFile(t))
	var stores []*sqlstore.Store
	for _, table := range []string{"", "Visitors_2", "other.coatcheck_sessions"} {
		s := newStore(t, db, table)
		if err := s.Check(t.Context()); err == nil {
			t.Fatalf("%q is there before it is made", table)
		}
		must(t, s.CreateSchema(t.Context()))
		_, err := s.Create(t.Context(), "key", record(table))
		must(t, err)
		stores = append(stores, s)
	}
	for i, s := range stores {
		if all := listAll(t, s, 10); len(all) != 1 {
			t.Errorf("store %d has %d records, want 1", i, len(all))
		}
	}
}
