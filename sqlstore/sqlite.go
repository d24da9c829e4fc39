package sqlstore

import (
	_ "embed"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

//go:embed schema/sqlite.sql
var schemaSQLite string

// SQLite is for SQLite 3.37 (2021) or newer, by any driver that stores []byte as
// BLOB and string as TEXT, as all do.
var SQLite = Dialect{
	name:   "SQLite",
	schema: schemaSQLite,
	create: `INSERT INTO {table} AS old (id, version, expires, subject, data) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, expires = excluded.expires,
			subject = excluded.subject, data = excluded.data
		WHERE old.expires <= ?
			OR typeof(old.expires) <> 'integer' OR typeof(old.version) <> 'integer'
			OR typeof(old.subject) NOT IN ('text', 'blob') OR typeof(old.data) <> 'blob'`,
	sweepRows: sqlcommon.FewRows,
	sweep: `DELETE FROM {table} WHERE id IN
		(SELECT id FROM {table} WHERE expires <= ? ORDER BY expires LIMIT ?)`,
	columns: `SELECT name FROM pragma_table_info(?2, ?1)`,
}
