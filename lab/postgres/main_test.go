// Package postgres tests package sqlstore on PostgreSQL itself, by the driver
// github.com/jackc/pgx.
package postgres

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/coatcheck-go/session/lab/internal/peer"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/lab/internal/sqlsuite"
	"github.com/coatcheck-go/session/sqlstore"
)

// database is the one of all tests.
var database = sqlsuite.Database{
	Dialect: sqlstore.PostgreSQL,
	Driver:  "pgx",

	Settings: "&default_query_exec_mode=exec&TimeZone=Asia/Tokyo&synchronous_commit=off",
	Fill: `INSERT INTO {table} SELECT decode(md5(i::text), 'hex'), i, i, '', '\x00'
		FROM generate_series(1, $1::int) AS i`,
	Param:   "$1",
	Lax:     `ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL`,
	Victim:  `SET LOCAL deadlock_timeout = '1min'`,
	Analyze: `ANALYZE {table}`,
	Primary: "_pkey",
	Missing: "does not exist",
	Reader:  `CREATE ROLE reader LOGIN; GRANT SELECT ON {table} TO reader`,
	Refused: "permission denied",
	Explain: explain,
}

func TestMain(m *testing.M) {
	if peer.Main(database.NewSite) {
		return
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run runs the tests on a server of their own.
func run(m *testing.M) (code int, err error) {
	server, err := servers.Postgres()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	database.Server = server
	database.Name = server.PostgresURL("coatcheck")
	database.ReaderName = server.PostgresURL("reader")
	return m.Run(), nil
}

// explain returns the plan by which PostgreSQL runs a statement.
func explain(tb testing.TB, db *sql.DB, text string, args ...any) (plan string) {
	tb.Helper()
	rows, err := db.QueryContext(tb.Context(), "EXPLAIN "+text, args...)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			tb.Fatal(err)
		}
		plan += line + "\n"
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return plan
}
