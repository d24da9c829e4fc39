package sqlstore

import (
	_ "embed"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

//go:embed schema/postgres.sql
var schemaPostgreSQL string

// PostgreSQL is for PostgreSQL 9.6 (2016) or newer.
//
// A sweep passes over rows that another transaction has locked, so that sweeps
// don't wait for each other. ARRAY makes PostgreSQL run the subquery once,
// whatever its plan is. The lock is on the row as it is now, and its expiry is
// looked at again once the lock is had.
var PostgreSQL = Dialect{
	name:   "PostgreSQL",
	schema: schemaPostgreSQL,
	// IF NOT EXISTS fails where another is just creating the same table. The
	// number is any, and the same for all.
	schemaLock: "SELECT pg_advisory_xact_lock(4831217044);\n",
	create: `INSERT INTO {table} AS old (id, version, expires, subject, data) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, expires = excluded.expires,
			subject = excluded.subject, data = excluded.data
		WHERE old.expires <= ? OR old.expires IS NULL OR old.version IS NULL
			OR old.subject IS NULL OR old.data IS NULL`,
	sweepRows: sqlcommon.ManyRows,
	sweep: `DELETE FROM {table} WHERE id = ANY (ARRAY
		(SELECT id FROM {table} WHERE expires <= ? ORDER BY expires LIMIT ? FOR UPDATE SKIP LOCKED))`,
	columns: `SELECT attname::text FROM pg_attribute
		WHERE attrelid = to_regclass(concat_ws('.', ?::text, ?::text)) AND attnum > 0 AND NOT attisdropped`,
	numbered: true,
}
