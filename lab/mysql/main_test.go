// Package mysql tests package sqlstore on MariaDB itself, by the driver
// github.com/go-sql-driver/mysql.
package mysql

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
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

	Settings: "?clientFoundRows=true&interpolateParams=true&charset=latin1&sql_mode=''&tx_isolation='READ-COMMITTED'",
	Fill: `INSERT INTO {table} (id, version, expires, subject, data)
		SELECT UNHEX(MD5(seq)), seq, seq, '', '' FROM seq_1_to_1000000 WHERE seq <= ?`,
	Param:   "?",
	Lax:     `ALTER TABLE {table} MODIFY {column} {type} NULL`,
	Victim:  `DO 1`,
	Analyze: `ANALYZE TABLE {table}`,
	Primary: "PRIMARY",
	Missing: "doesn't exist",
	Reader:  `GRANT SELECT ON sessions.* TO reader@'127.0.0.1' IDENTIFIED BY ''`,
	Refused: "denied",
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
	server, err := servers.MariaDB()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	database.Server = server
	database.Name = server.MySQLName("root", "sessions")
	database.ReaderName = server.MySQLName("reader", "sessions")
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

// explain returns the plan by which MariaDB runs a statement: the table, how it is
// read and by which index, for each step.
func explain(tb testing.TB, db *sql.DB, text string, args ...any) (plan string) {
	tb.Helper()
	rows, err := db.QueryContext(tb.Context(), "EXPLAIN "+text, args...)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var skip any
		var table, kind, key sql.NullString
		if err := rows.Scan(&skip, &skip, &table, &kind, &skip, &key, &skip, &skip, &skip, &skip); err != nil {
			tb.Fatal(err)
		}
		whole := kind.String == "ALL" || kind.String == "index"
		if whole && !strings.HasPrefix(table.String, "<") { // what a subquery found is read whole
			kind.String = sqlsuite.FullScan
		}
		plan += table.String + " " + kind.String + " " + key.String + "\n"
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return plan
}
