package flasksession

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	compat "github.com/coatcheck-go/session/compat/flasksession"
)

// A database is one of each kind, empty.
type database struct {
	*sql.DB
	compat.TableOptions
}

// eachDatabase runs a test on the kinds of databases. The tables are made by CreateSchema.
func eachDatabase(t *testing.T, test func(t *testing.T, db database)) {
	for driver, d := range map[string]struct {
		name    string
		dialect compat.Dialect
	}{
		"sqlite": {filepath.Join(t.TempDir(), "swept.db") + "?_pragma=busy_timeout(10000)", compat.SQLite},
		"pgx":    {postgres.PostgresURL("coatcheck"), compat.PostgreSQL},
		"mysql":  {mariadb.MySQLName("root", "mysql"), compat.MySQL},
	} {
		t.Run(driver, func(t *testing.T) {
			db := database{openDB(t, driver, d.name), compat.TableOptions{Dialect: d.dialect, Name: "swept"}}
			db.do(t, "DROP TABLE IF EXISTS swept")
			check(t, db.table(t).CreateSchema(t.Context()))
			test(t, db)
		})
	}
}

func (db database) do(t *testing.T, query string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), query)
	check(t, err)
}

// table returns a handle on the table, as another process has it.
func (db database) table(t *testing.T) *compat.Table {
	t.Helper()
	table, err := compat.NewTable(db.DB, db.TableOptions)
	check(t, err)
	return table
}

// fill puts rows into the table.
func (db database) fill(t *testing.T, rows int) {
	t.Helper()
	for i := range rows {
		check(t, db.table(t).Add(t.Context(), fmt.Sprint("key", i), "value", time.Hour))
	}
}

// expire ends the rows that the condition names.
func (db database) expire(t *testing.T, where string) {
	t.Helper()
	db.do(t, "UPDATE swept SET expiry = '2001-01-01 00:00:00' WHERE "+where)
}

func (db database) count(t *testing.T) (n int) {
	t.Helper()
	check(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM swept").Scan(&n))
	return n
}

// swept sweeps by table, and returns how many rows it says it has deleted.
func swept(t *testing.T, table *compat.Table, limit int) int {
	t.Helper()
	n, err := table.Sweep(t.Context(), limit)
	check(t, err)
	return n
}

// What has expired is deleted, at most as many as asked for, and the live rows stay.
func TestSweep(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		check(t, db.table(t).CreateSchema(t.Context())) // again
		db.fill(t, 70)
		db.expire(t, "id % 7 > 0")
		table := db.table(t)
		for i, want := range []int{55, 5, 0} {
			if n := swept(t, table, 55); n != want {
				t.Errorf("sweep %d deleted %d, want %d", i, n, want)
			}
		}
		if n := db.count(t); n != 10 {
			t.Errorf("%d rows are left, want the 10 that are live", n)
		}
	})
}

// Each sweep that comes to the end begins anew, so rows that expire later are found wherever
// they are.
func TestSweepBeginsAnew(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		db.fill(t, 4)
		table := db.table(t)
		for _, rows := range []string{"session_id >= 'key2'", "session_id < 'key2'"} {
			db.expire(t, rows)
			if n := swept(t, table, 10); n != 2 {
				t.Errorf("%s: deleted %d, want 2", rows, n)
			}
		}
	})
}

// Two sweeps at once do the work of one: what the other has deleted is no end.
func TestSweepBesideAnother(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		db.fill(t, 90)
		db.expire(t, "1 = 1")
		one, other := db.table(t), db.table(t)
		total := 0
		for _, table := range []*compat.Table{one, other, one, other} {
			total += swept(t, table, 30)
		}
		if total != 90 {
			t.Errorf("deleted %d of 90", total)
		}
	})
}

// The columns are those of Flask-Session's own model.
func TestSchemaHasTheColumns(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM swept")
		check(t, err)
		defer rows.Close()
		names, err := rows.Columns()
		check(t, err)
		if got := fmt.Sprint(names); got != "[id session_id data expiry]" {
			t.Error(got)
		}
	})
}
