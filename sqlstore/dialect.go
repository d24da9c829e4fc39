package sqlstore

import (
	_ "embed"
	"errors"
	"strings"
)

// A Dialect is the SQL of one kind of database, such as [SQLite]. The zero value
// is none.
type Dialect struct {
	name    string
	schema  string // creates table and indexes, unless they are there
	create  string // takes id, version, expires, subject, data, now; writes over what is dead or unreadable
	sweep   string // takes now, now, limit; deletes what expired first
	columns string // takes table and schema (or NULL); returns the names, none if there is no table
}

// String returns the database's name.
func (d Dialect) String() string { return d.name }

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
	sweep: `DELETE FROM {table} WHERE expires <= ? AND id IN
		(SELECT id FROM {table} WHERE expires <= ? ORDER BY expires LIMIT ?)`,
	columns: `SELECT name FROM pragma_table_info(?, ?)`,
}

// queries are the statements of a store, as its database takes them.
type queries struct {
	load, create, update, touch, remove string
	sweep, list, bySubject              string
}

func (d Dialect) queries(t table) queries {
	return queries{
		load:   d.text(t, `SELECT expires, version, subject, data FROM {table} WHERE id = ?`),
		create: d.text(t, d.create),
		update: d.text(t, `UPDATE {table} SET version = ?, expires = ?, subject = ?, data = ?
			WHERE id = ? AND version = ? AND expires > ?`),
		touch:  d.text(t, `UPDATE {table} SET expires = ? WHERE id = ? AND version = ? AND expires > ?`),
		remove: d.text(t, `DELETE FROM {table} WHERE id = ?`),
		sweep:  d.text(t, d.sweep),
		list: d.text(t, `SELECT id, expires, version, subject, data FROM {table}
			WHERE id >= ? AND expires > ? ORDER BY id LIMIT ?`),
		bySubject: d.text(t, `SELECT id, expires, version, subject, data FROM {table}
			WHERE subject = ? AND subject <> '' AND expires > ?`),
	}
}

// table returns the table of o, or why there can't be one.
func (d Dialect) table(o Options) (table, error) {
	if d.name == "" {
		return table{}, errors.New("no dialect")
	}
	return parseTable(o.Table)
}

// text fills in a template. All SQL goes through here.
func (d Dialect) text(t table, template string) string {
	return strings.NewReplacer("{table}", t.String(), "{name}", t.name).Replace(template)
}
