package sqlstore

import (
	_ "embed"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

//go:embed schema/mysql.sql
var schemaMySQL string

// MySQL is for MySQL 8.0 (2018) or newer and for MariaDB 10.6 (2021) or newer.
//
// MySQL runs the assignments of an INSERT from left to right, and each sees what
// those before it did. So the first, to version, decides: the others go by
// whether version is now the new one.
//
// How many rows were affected when that changes nothing depends on a setting
// of the connection (clientFoundRows): none, or one as for a new row. So where
// there is a live row, the statement sets the last insert ID, which the server
// returns too. The 1 + LENGTH keeps it from being evaluated ahead.
//
// A sweep passes over rows that another transaction has locked, so that sweeps
// don't wait for each other.
var MySQL = Dialect{
	name:   "MySQL",
	schema: schemaMySQL,
	create: `INSERT INTO {table} (id, version, expires, subject, data) VALUES (?, ?, ?, ?, ?)
		ON DUPLICATE KEY UPDATE
			version = CASE WHEN expires <= ? OR expires IS NULL OR version IS NULL OR subject IS NULL OR data IS NULL
				THEN VALUES(version) WHEN LAST_INSERT_ID(1 + LENGTH(id)) THEN version END,
			expires = IF(version = VALUES(version), VALUES(expires), expires),
			subject = IF(version = VALUES(version), VALUES(subject), subject),
			data = IF(version = VALUES(version), VALUES(data), data)`,
	sweepRows: sqlcommon.ManyRows,
	sweep: `DELETE gone FROM
		(SELECT id FROM {table} WHERE expires <= ? ORDER BY expires LIMIT ? FOR UPDATE SKIP LOCKED) AS dead
		STRAIGHT_JOIN {table} AS gone ON gone.id = dead.id`,
	columns: `SELECT column_name FROM information_schema.columns
		WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?`,
	createTold: true,
}
