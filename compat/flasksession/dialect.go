package flasksession

import (
	"fmt"
	"strings"
	"time"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

// A Dialect is the SQL of one kind of database: [SQLite], [PostgreSQL] or
// [MySQL], which is MariaDB as well. The zero value is none.
type Dialect struct {
	columns   string                     // those that differ between databases: id, session_id, data, expiry
	lock      string                     // keeps others from creating the table meanwhile, or empty
	text      func(column string) string // an expiry as text, whatever a driver makes of times
	time      string                     // a placeholder for a time given as text
	sweepRows int                        // deleted by one statement of a sweep
	numbered  bool                       // placeholders are $1, $2 and so on instead of ?
	whole     bool                       // times have whole seconds
}

// What is said to each database.
var (
	SQLite = Dialect{
		columns: `
    id INTEGER NOT NULL PRIMARY KEY,
    session_id VARCHAR(255) UNIQUE,
    data BLOB,
    expiry DATETIME`,
		sweepRows: sqlcommon.FewRows,
		text:      func(c string) string { return "CAST(" + c + " AS TEXT)" },
		time:      "?",
	}
	PostgreSQL = Dialect{
		columns: `
    id SERIAL NOT NULL PRIMARY KEY,
    session_id VARCHAR(255) UNIQUE,
    data BYTEA,
    expiry TIMESTAMP WITHOUT TIME ZONE`,
		// IF NOT EXISTS fails where another is just creating the same table. The number
		// is any, and the same for all.
		lock:      "SELECT pg_advisory_xact_lock(4831217046);\n",
		sweepRows: sqlcommon.ManyRows,
		text:      func(c string) string { return "to_char(" + c + ", 'YYYY-MM-DD HH24:MI:SS.US')" },
		time:      "CAST(CAST(? AS text) AS timestamp)",
		numbered:  true,
	}
	MySQL = Dialect{
		columns: `
    id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    session_id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin UNIQUE,
    data BLOB,
    expiry DATETIME`,
		sweepRows: sqlcommon.ManyRows,
		text:      func(c string) string { return "CAST(" + c + " AS CHAR)" },
		time:      "?",
		whole:     true,
	}
)

// queries are the statements of a Table, as its database takes them.
type queries struct{ schema, get, clear, add, swap, end, remove, expired, sweep string }

func (d Dialect) queries(table string) queries {
	f := func(text string) string {
		text = strings.NewReplacer("{table}", table, "{expiry}", d.text("expiry"), "{time}", d.time).Replace(text)
		if d.numbered {
			return sqlcommon.Numbered(text)
		}
		return text
	}
	return queries{
		schema: f("CREATE TABLE IF NOT EXISTS {table} (" + d.columns + "\n);\n"),
		get:    f(`SELECT session_id, data, {expiry} FROM {table} WHERE session_id = ?`),
		clear:  f(`DELETE FROM {table} WHERE session_id = ? AND (expiry IS NULL OR expiry <= {time})`),
		add:    f(`INSERT INTO {table} (session_id, data, expiry) VALUES (?, ?, {time})`),
		swap:   f(`UPDATE {table} SET data = ?, expiry = {time} WHERE session_id = ? AND data = ? AND expiry > {time}`),
		end:    f(`DELETE FROM {table} WHERE session_id = ? AND data = ? AND expiry > {time}`),
		remove: f(`DELETE FROM {table} WHERE session_id = ?`),
		expired: f(`SELECT count(*), coalesce(max(id), 0) FROM
			(SELECT id FROM {table} WHERE expiry <= {time} AND id > ? ORDER BY id LIMIT ?) AS expired`),
		sweep: f(`DELETE FROM {table} WHERE expiry <= {time} AND id > ? AND id <= ?`),
	}
}

// layout is SQLAlchemy's for times in SQLite, where they are compared as text.
const layout = "2006-01-02 15:04:05.000000"

func formatTime(t time.Time) string { return t.UTC().Format(layout) }

// until is when a time to live ends, and never earlier: MySQL would round it.
func (d Dialect) until(now time.Time, ttl time.Duration) string {
	precision := time.Microsecond
	if d.whole {
		precision = time.Second
	}
	return formatTime(now.Add(ttl + precision - 1).Truncate(precision))
}

// parseTime reads a time that formatTime wrote, or with another fraction or none.
func parseTime(text string) (time.Time, error) {
	t, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		return t, fmt.Errorf("an expiry is of another form than SQLAlchemy's")
	}
	return t, nil
}
