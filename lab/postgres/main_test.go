// Package postgres tests package sqlstore on PostgreSQL itself, by the driver
// github.com/jackc/pgx.
package postgres

import (
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
	Fill: `INSERT INTO {table} SELECT decode(md5(i::text), 'hex'), i, i, '', '\x00'
		FROM generate_series(1, $1::int) AS i`,
	Param:    "$1",
	Lax:      `ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL`,
	Victim:   `SET deadlock_timeout = '1min'`,
	Missing:  "does not exist",
	Refused:  "permission denied",
	ReadOnly: "reader",
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
	return m.Run(), nil
}
