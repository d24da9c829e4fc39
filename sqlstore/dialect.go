package sqlstore

import (
	"errors"
	"strings"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

// A Dialect is the SQL of one kind of database: [SQLite], [PostgreSQL] or
// [MySQL]. The zero value is none.
type Dialect struct {
	name       string
	schema     string // creates table and indexes, unless they are there
	schemaLock string // keeps others from creating the schema meanwhile, or empty
	create     string // takes id, version, expires, subject, data, now; writes over what is dead or unreadable
	sweep      string // takes now, limit; deletes what expired first
	sweepRows  int    // deleted by one statement of a sweep
	columns    string // takes schema (or NULL) and table; returns the names, none if there is no table
	numbered   bool   // placeholders are $1, $2 and so on instead of ?
	createTold bool   // create sets the last insert ID where it finds a live row: see MySQL
}

// String returns the database's name.
func (d Dialect) String() string { return d.name }

// queries are the statements of a store, as its database takes them. The + 0 keeps
// a planner from the index of expiries, which it takes for the best one while most
// of the rows have expired.
type queries struct {
	load, create, update, touch, remove string
	sweep, list, bySubject              string
}

func (d Dialect) queries(t table) queries {
	return queries{
		load:   d.text(t, `SELECT expires, version, subject, data FROM {table} WHERE id = ?`),
		create: d.text(t, d.create),
		update: d.text(t, `UPDATE {table} SET version = ?, expires = ?, subject = ?, data = ?
			WHERE id = ? AND version = ? AND expires + 0 > ?`),
		touch:  d.text(t, `UPDATE {table} SET expires = ? WHERE id = ? AND version = ? AND expires + 0 > ?`),
		remove: d.text(t, `DELETE FROM {table} WHERE id = ?`),
		sweep:  d.text(t, d.sweep),
		list: d.text(t, `SELECT id, expires, version, subject, data FROM {table}
			WHERE id >= ? AND expires + 0 > ? ORDER BY id LIMIT ?`),
		bySubject: d.text(t, `SELECT id, expires, version, subject, data FROM {table}
			WHERE subject = ? AND subject <> '' AND expires + 0 > ?`),
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
	text := strings.NewReplacer("{table}", t.String(), "{name}", t.name).Replace(template)
	if d.numbered {
		return sqlcommon.Numbered(text)
	}
	return text
}
