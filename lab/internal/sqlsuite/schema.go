package sqlsuite

import (
	"strings"
	"testing"

	"github.com/coatcheck-go/session/sqlstore"
)

// testSchema creates the table twice, and by what Schema prints.
func (d Database) testSchema(t *testing.T) {
	db, table := d.OpenDB(t), newTable()
	text, err := sqlstore.Schema(d.Dialect, sqlstore.Options{Table: table})
	must(t, err)
	Execute(t, db, table, text)
	s := d.NewStore(t, db, table)
	must(t, s.Check(t.Context()))
	old := store(t, s)
	must(t, s.CreateSchema(t.Context()))
	intact(t, s, old)
}

// testSchemaAtOnce lets several programs start at once.
func (d Database) testSchemaAtOnce(t *testing.T) {
	const programs = 8
	for range 5 {
		table := newTable()
		start, errs := make(chan struct{}), make(chan error)
		for range programs {
			s := d.NewStore(t, d.OpenDB(t), table)
			go func() {
				<-start
				errs <- s.CreateSchema(t.Context())
			}()
		}
		close(start)
		for range programs {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	}
}

// testCheck checks tables that a store can't use.
func (d Database) testCheck(t *testing.T) {
	const other = "it was made by a newer version, or by something else"
	db := d.OpenDB(t)
	for name, c := range map[string]struct{ before, want string }{
		"missing": {`SELECT 1`, `call Store.CreateSchema or run "coatcheck schema"`},
		"newer":   {`CREATE TABLE {table} (id int, version int, expires int, subject int, data int, device int)`, other},
		"renamed": {`CREATE TABLE {table} (id int, version int, expires int, subject int, data2 int)`, other},
		"foreign": {`CREATE TABLE {table} (token int, data int, expiry int)`, other},
	} {
		t.Run(name, func(t *testing.T) {
			table := newTable()
			Execute(t, db, table, c.before)
			s := d.NewStore(t, db, table)
			if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Check: %v, want %q", err, c.want)
			}
			if err := s.CreateSchema(t.Context()); (err == nil) != (name == "missing") {
				t.Errorf("CreateSchema: %v", err)
			}
		})
	}
}

// testTablesAreApart keeps two tables of one name, in two schemas, and one of a
// name in capitals.
func (d Database) testTablesAreApart(t *testing.T) {
	db := d.OpenDB(t)
	Execute(t, db, "", `CREATE SCHEMA other`)
	plain := newTable()
	var stores []*sqlstore.Store
	for _, table := range []string{plain, "other." + plain, "Visitors_2"} {
		s := d.NewStore(t, db, table)
		if err := s.Check(t.Context()); err == nil {
			t.Fatalf("%q is there before it is made", table)
		}
		must(t, s.CreateSchema(t.Context()))
		store(t, s)
		stores = append(stores, s)
	}
	for i, s := range stores {
		if all, _, err := s.List(t.Context(), "", 10); len(all) != 1 || err != nil {
			t.Errorf("store %d has %d records (%v), want 1", i, len(all), err)
		}
	}
}
