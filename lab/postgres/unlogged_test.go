package postgres

import (
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/sqlsuite"
)

// A table may be made UNLOGGED, as the documentation of sqlstore tells: nothing
// else changes, and CreateSchema leaves it so.
func TestUnlogged(t *testing.T) {
	db := database.OpenDB(t)
	s, table := database.Open(t, db)
	sqlsuite.Execute(t, db, table, `ALTER TABLE {table} SET UNLOGGED`)
	must(t, s.CreateSchema(t.Context()))
	rec := sqlsuite.Record("one")
	version, err := s.Create(t.Context(), benchKey, rec)
	must(t, err)
	_, err = s.Update(t.Context(), benchKey, session.Record{Version: version}, rec)
	must(t, err)
	var persistence string
	must(t, db.QueryRow(`SELECT relpersistence::text FROM pg_class WHERE relname = $1`, table).Scan(&persistence))
	if persistence != "u" {
		t.Errorf("the table's persistence is %q, want u: unlogged", persistence)
	}
}
