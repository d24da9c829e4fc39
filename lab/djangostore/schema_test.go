package djangostore

import (
	"slices"
	"testing"

	compat "github.com/coatcheck-go/session/compat/django/djangostore"
)

// describe are queries for all columns and indexes of both tables.
var describe = map[string]string{
	"sqlite": `SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk
			FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.name IN ('django_session', 'my_cache_table')
		UNION ALL SELECT name || ' on ' || tbl_name FROM sqlite_master
			WHERE type = 'index' AND tbl_name IN ('django_session', 'my_cache_table')`,
	"postgres": `SELECT concat_ws(' ', table_name, column_name, data_type, character_maximum_length, is_nullable)
			FROM information_schema.columns WHERE table_name IN ('django_session', 'my_cache_table')
		UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename IN ('django_session', 'my_cache_table')`,
	"mysql": `SELECT CONCAT_WS(' ', table_name, column_name, column_type, is_nullable, column_key)
			FROM information_schema.columns WHERE table_schema = 'django' AND table_name IN ('django_session', 'my_cache_table')
		UNION ALL SELECT CONCAT_WS(' ', table_name, index_name, column_name) FROM information_schema.statistics
			WHERE table_schema = 'django' AND table_name IN ('django_session', 'my_cache_table')`,
}

// Go's tables are those that Django makes, and making them twice is no error.
func TestSchema(t *testing.T) {
	eachDjango(t, func(t *testing.T, python string, _ bool) {
		site, _ := sites(t, python)
		for database := range describe {
			t.Run(database, func(t *testing.T) {
				k := kind{engine: "db", database: database}
				drop(t, database)
				app{site.in(t), k.question()}.do("tables", map[string]any{"cache_table": cacheTable})
				want := described(t, database)
				drop(t, database)
				k.create(t)
				k.create(t)
				if got := described(t, database); !slices.Equal(got, want) {
					t.Errorf("%q\nwant %q", got, want)
				}
			})
		}
	})
}

func drop(t *testing.T, database string) {
	t.Helper()
	for _, table := range []string{"django_session", cacheTable, "django_migrations"} {
		_, err := databases[database].ExecContext(t.Context(), "DROP TABLE IF EXISTS "+table)
		check(t, err)
	}
}

func (k kind) create(t *testing.T) {
	t.Helper()
	o := compat.TableOptions{Dialect: dialects[k.database]}
	sessions, err := compat.NewTable(databases[k.database], o)
	check(t, err)
	o.Name = cacheTable
	entries, err := compat.NewCacheTable(databases[k.database], o)
	check(t, err, sessions.CreateSchema(t.Context()), entries.CreateSchema(t.Context()))
}

func described(t *testing.T, database string) (lines []string) {
	t.Helper()
	rows, err := databases[database].QueryContext(t.Context(), describe[database])
	check(t, err)
	defer rows.Close()
	for rows.Next() {
		var line string
		check(t, rows.Scan(&line))
		lines = append(lines, line)
	}
	if check(t, rows.Err()); len(lines) < 8 {
		t.Fatalf("too little to compare: %q", lines)
	}
	slices.Sort(lines)
	return lines
}
