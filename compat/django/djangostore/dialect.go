package djangostore

import (
	"strconv"
	"strings"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

// A Dialect is the SQL of one kind of database: [SQLite], [PostgreSQL] or
// [MySQL], which is MariaDB as well. The zero value is none.
type Dialect struct {
	name      string
	quote     string // around names
	text      string // type of a long text
	timestamp string // type of a time
	timeText  string // a time as text, whatever a driver makes of times
	time      string // a placeholder for a time given as text
	suffix    string // of a time given as text
	exact     string // compares a column's bytes on every collation
	lock      string // keeps others from creating the table meanwhile, or empty
	schema    string // creates table and index, unless they are there
	like      string // creates the second index of a session's key, or empty
	add       string
	sweep     string
	sweepRows int  // deleted by one statement of a sweep
	zoned     bool // times have their zone with them
	numbered  bool // placeholders are $1, $2 and so on instead of ?
	addTold   bool // add takes the time twice, and sets the last insert ID where it finds a live row
}

// String returns the database's name.
func (d Dialect) String() string { return d.name }

// What is said to each database.
var (
	// SQLite is for SQLite 3.24 (2018) or newer.
	SQLite = Dialect{
		name:      "SQLite",
		quote:     `"`,
		text:      "text",
		timestamp: "datetime",
		timeText:  "CAST({expiry} AS TEXT)",
		time:      "?",
		exact:     "{column} = ? COLLATE BINARY",
		schema:    createTable + "\n);\n" + createIndex,
		add: `INSERT INTO {table} AS old ({key}, {data}, {expiry}) VALUES (?, ?, {time})
			ON CONFLICT ({key}) DO UPDATE SET {data} = excluded.{data}, {expiry} = excluded.{expiry}
			WHERE old.{expiry} <= {time}`,
		sweepRows: sqlcommon.FewRows,
		sweep: `DELETE FROM {table} WHERE {key} IN
			(SELECT {key} FROM {table} WHERE {expiry} <= {time} ORDER BY {expiry} LIMIT ?)`,
	}

	// PostgreSQL is for PostgreSQL 9.6 (2016) or newer. A sweep passes over rows
	// that another transaction has locked, and ARRAY makes its subquery run once.
	PostgreSQL = Dialect{
		name:      "PostgreSQL",
		quote:     `"`,
		text:      "text",
		timestamp: "timestamp with time zone",
		timeText:  "to_char({expiry} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
		time:      "CAST(CAST(? AS text) AS timestamptz)",
		suffix:    "+00:00",
		exact:     `{column} COLLATE "C" = ?`,
		// IF NOT EXISTS fails where another is just creating the same table. The
		// number is any, and the same for all.
		lock:   "SELECT pg_advisory_xact_lock(4831217045);\n",
		schema: createTable + "\n);\n" + createIndex,
		like:   "CREATE INDEX IF NOT EXISTS {like} ON {table} ({key} varchar_pattern_ops);\n",
		add: `INSERT INTO {table} AS old ({key}, {data}, {expiry}) VALUES (?, ?, {time})
			ON CONFLICT ({key}) DO UPDATE SET {data} = excluded.{data}, {expiry} = excluded.{expiry}
			WHERE old.{expiry} <= {time}`,
		sweepRows: sqlcommon.ManyRows,
		sweep: `DELETE FROM {table} WHERE {key} = ANY (ARRAY
			(SELECT {key} FROM {table} WHERE {expiry} <= {time} ORDER BY {expiry} LIMIT ? FOR UPDATE SKIP LOCKED))`,
		zoned:    true,
		numbered: true,
	}

	// MySQL is for MySQL 8.0 (2018) or newer and for MariaDB 10.6 (2021) or newer.
	//
	// What it says of rows that weren't changed depends on a setting of the
	// connection (clientFoundRows). So where add finds a live row it sets the last
	// insert ID, which the server returns too; the 1 + LENGTH keeps that from being
	// evaluated ahead. Assignments run from left to right.
	MySQL = Dialect{
		name:      "MySQL",
		quote:     "`",
		text:      "longtext",
		timestamp: "datetime(6)",
		timeText:  "CAST({expiry} AS CHAR)",
		time:      "?",
		exact:     "CAST({column} AS BINARY) = ?",
		schema:    createTable + ",\n    KEY {index} ({expiry})\n);\n",
		add: `INSERT INTO {table} ({key}, {data}, {expiry}) VALUES (?, ?, {time})
			ON DUPLICATE KEY UPDATE
				{data} = CASE WHEN {expiry} <= {time} THEN VALUES({data})
					WHEN LAST_INSERT_ID(1 + LENGTH({key})) THEN {data} END,
				{expiry} = IF({expiry} <= {time}, VALUES({expiry}), {expiry})`,
		sweepRows: sqlcommon.ManyRows,
		sweep: `DELETE gone FROM
			(SELECT {key} FROM {table} WHERE {expiry} <= {time} ORDER BY {expiry} LIMIT ? FOR UPDATE SKIP LOCKED) AS dead
			STRAIGHT_JOIN {table} AS gone ON gone.{key} = dead.{key}`,
		addTold: true,
	}
)

const (
	createTable = "CREATE TABLE IF NOT EXISTS {table} (\n" +
		"    {key} varchar({longest}) NOT NULL PRIMARY KEY,\n" +
		"    {data} {text} NOT NULL,\n" +
		"    {expiry} {timestamp} NOT NULL"
	createIndex = "CREATE INDEX IF NOT EXISTS {index} ON {table} ({expiry});\n"
)

// queries are the statements of a Table, as its database takes them. A key is looked
// for twice: by its index, and byte by byte.
type queries struct{ schema, get, add, swap, end, remove, sweep string }

func (d Dialect) queries(s shape, table string) queries {
	f := func(text string) string { return d.fill(s, table, text) }
	const (
		isKey  = "{key} = ? AND {exact key}"
		isLive = "{expiry} > {time}"
	)
	schema := f(d.schema)
	if s.like {
		schema += f(d.like)
	}
	return queries{
		schema: schema,
		get:    f(`SELECT {key}, {data}, {time text} FROM {table} WHERE {key} = ?`),
		add:    f(d.add),
		swap:   f(`UPDATE {table} SET {data} = ?, {expiry} = {time} WHERE ` + isKey + ` AND {exact data} AND ` + isLive),
		end:    f(`DELETE FROM {table} WHERE ` + isKey + ` AND {exact data} AND ` + isLive),
		remove: f(`DELETE FROM {table} WHERE ` + isKey),
		sweep:  f(d.sweep),
	}
}

// fill fills in a template.
func (d Dialect) fill(s shape, table, template string) string {
	quoted := func(name string) string { return d.quote + name + d.quote }
	key, data, expiry := quoted(s.key), quoted(s.data), quoted(s.expiry)
	text := strings.NewReplacer(
		"{table}", quoted(table), "{key}", key, "{data}", data, "{expiry}", expiry,
		"{exact key}", strings.ReplaceAll(d.exact, "{column}", key),
		"{exact data}", strings.ReplaceAll(d.exact, "{column}", data),
		"{time}", d.time, "{time text}", strings.ReplaceAll(d.timeText, "{expiry}", expiry),
		"{text}", d.text, "{timestamp}", d.timestamp, "{longest}", strconv.Itoa(s.longest),
		"{index}", quoted(s.index(table)), "{like}", quoted(indexName(table, s.key)+"_like"),
	).Replace(template)
	if d.numbered {
		return sqlcommon.Numbered(text)
	}
	return text
}
