// Package djangostore holds compat/django, with each engine and each backend server, to
// the real Django, the newest one and Debian's, each in a process of its own.
//
// COATCHECK_DJANGO_SESSIONS is how many random sessions go each way on each of them, by
// default 40; make django has 1000.
package djangostore

import (
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/coatcheck-go/session/lab/internal/servers"
)

// The servers of all tests, a folder, and the databases by the names that the peers
// have for them.
var (
	redis, memcached, postgres, mariadb *servers.Server

	// synchronous is whether SQLite waits for the disk.
	synchronous = "OFF"

	folder    string
	databases map[string]*sql.DB
)

func TestMain(m *testing.M) {
	flag.Parse()
	_ = flag.Set("test.parallel", "12") // they wait more than they work
	durable := flag.Lookup("test.bench").Value.String() != ""
	if durable {
		synchronous = "FULL"
	}
	servers.Main(durable, func(all *servers.All) (int, error) {
		redis, memcached, postgres, mariadb = all.Redis, all.Memcached, all.Postgres, all.MariaDB
		return run(m)
	})
}

// run runs the tests in a folder and databases of their own.
func run(m *testing.M) (code int, err error) {
	if folder, err = os.MkdirTemp("", "coatcheck-django-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	if err = openDatabases(); err != nil {
		return 0, err
	}
	code = m.Run()
	err = closeProcesses()
	for _, db := range databases {
		err = errors.Join(err, db.Close())
	}
	return code, err
}

func sqliteFile() string { return filepath.Join(folder, "db.sqlite3") }

// openDatabases opens them as their drivers do by default; but SQLite waits for others.
func openDatabases() (err error) {
	databases = map[string]*sql.DB{}
	for name, source := range map[string][2]string{
		"sqlite":   {"sqlite", sqliteFile() + "?_pragma=busy_timeout(10000)&_pragma=synchronous(" + synchronous + ")"},
		"postgres": {"pgx", postgres.PostgresURL("coatcheck")},
		"root":     {"mysql", mariadb.MySQLName("root", "mysql")},
	} {
		if databases[name], err = sql.Open(source[0], source[1]); err != nil {
			return err
		}
	}
	if _, err = databases["root"].Exec("CREATE DATABASE django CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"); err != nil {
		return err
	}
	if databases["mysql"], err = sql.Open("mysql", mariadb.MySQLName("root", "django")); err != nil {
		return err
	}
	databases["mysql, found rows"], err = sql.Open("mysql", mariadb.MySQLName("root", "django")+"?clientFoundRows=true&interpolateParams=true")
	return err
}

func check(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}
