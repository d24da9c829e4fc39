// Package mysql tests package sqlstore on MariaDB itself, by the driver
// github.com/go-sql-driver/mysql.
package mysql

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"testing"

	_ "github.com/go-sql-driver/mysql"

	"github.com/coatcheck-go/session/lab/internal/peer"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/lab/internal/sqlsuite"
	"github.com/coatcheck-go/session/sqlstore"
)

// database is the one of all tests.
var database = sqlsuite.Database{
	Dialect: sqlstore.MySQL,
	Driver:  "mysql",
	Fill: `INSERT INTO {table} (id, version, expires, subject, data)
		SELECT UNHEX(MD5(seq)), seq, seq, '', '' FROM seq_1_to_1000000 WHERE seq <= ?`,
	Param:    "?",
	Lax:      `ALTER TABLE {table} MODIFY {column} {type} NULL`,
	Missing:  "doesn't exist",
	Refused:  "denied",
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
	server, err := servers.MariaDB()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	database.Server = server
	database.Name = server.MySQLName("root", "sessions")
	if err := create(server.MySQLName("root", "")); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// create makes a database in which text is compared as carelessly as can be.
func create(name string) error {
	db, err := sql.Open("mysql", name)
	if err != nil {
		return err
	}
	_, err = db.Exec(`CREATE DATABASE sessions CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`)
	return errors.Join(err, db.Close())
}
