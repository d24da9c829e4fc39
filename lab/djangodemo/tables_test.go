package djangodemo

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
)

// A base is a database of a server, and what the demo calls it.
type base struct {
	*sql.DB

	url string
}

func openPostgres(t *testing.T) base {
	t.Helper()
	name := running.Postgres.PostgresURL("coatcheck")
	return base{connect(t, "pgx", name), name}
}

func openMariaDB(t *testing.T) base {
	t.Helper()
	server := running.MariaDB
	base{DB: connect(t, "mysql", server.MySQLName("root", "mysql"))}.do(t, "CREATE DATABASE demo")
	return base{connect(t, "mysql", server.MySQLName("root", "demo")), "mysql://root@" + server.Address() + "/demo"}
}

func connect(t *testing.T, driver, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func (b base) do(t *testing.T, query string) {
	t.Helper()
	if _, err := b.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

// run runs the program to its end.
func run(args ...string) (printed string, err error) {
	out, err := coatcheck.Command(args...).CombinedOutput()
	return string(out), err
}

// On a server the demo asks for the table; the one that is printed serves it, and is swept.
func TestTablesOnServers(t *testing.T) {
	for server, open := range map[string]func(*testing.T) base{"PostgreSQL": openPostgres, "MariaDB": openMariaDB} {
		t.Run(server, func(t *testing.T) {
			db := open(t)
			for _, table := range []foreignTable{
				{"django", "INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('%s', 'data', '%s')", "SELECT count(*) FROM django_session"},
				{"flask", "INSERT INTO sessions (session_id, data, expiry) VALUES ('%s', 'data', '%s')", "SELECT count(*) FROM sessions"},
			} {
				t.Run(table.framework, func(t *testing.T) { table.isServed(t, db) })
			}
		})
	}
}

// A foreignTable is a framework's.
type foreignTable struct{ framework, insert, count string }

func (f foreignTable) isServed(t *testing.T, db base) {
	store := f.framework + "+" + db.url
	out, err := run("demo", "--addr", "127.0.0.1:0", "--store", store)
	if err == nil || !strings.Contains(out, "coatcheck schema --store "+f.framework+"+") {
		t.Errorf("without a table: %v, %s", err, out)
	}
	schema, err := run("schema", "--store", store)
	if err != nil {
		t.Fatal(schema)
	}
	db.do(t, schema)
	f.fill(t, db)
	for _, want := range []string{"Deleted 120 expired", "Deleted 0 expired"} {
		if out, err := run("sweep", "--store", store, "--batch", "50"); err != nil || !strings.HasPrefix(out, want) {
			t.Errorf("%v, %s, want %q", err, out, want)
		}
	}
	demo := coatcheck.Start(t, "demo", "--addr", "127.0.0.1:0", "--store", store).URL
	v := newVisitor(t)
	v.read(v.client.Post(demo+"/api/login", "application/json", strings.NewReader(`{"username":"alice","password":"wonderland"}`)))
	if s := v.demo(demo); s.Username != "alice" {
		t.Errorf("%+v", s)
	}
	n := 0
	if err := db.QueryRowContext(t.Context(), f.count).Scan(&n); err != nil || n != 30+1 {
		t.Errorf("%d rows, %v; want the 30 that are live, and alice's", n, err)
	}
}

// fill puts 150 rows into the table, each fifth of which is live.
func (f foreignTable) fill(t *testing.T, db base) {
	t.Helper()
	for i := range 150 {
		end := time.Now().UTC().Add(-time.Duration(i+1) * time.Second)
		if i%5 == 0 {
			end = end.Add(time.Hour)
		}
		db.do(t, fmt.Sprintf(f.insert, fmt.Sprint("row", i), end.Format("2006-01-02 15:04:05")))
	}
}
