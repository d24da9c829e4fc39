package main

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/rueidis"
	_ "modernc.org/sqlite"

	"github.com/coatcheck-go/session/compat/django/djangostore"
)

// links are the connections to servers, by where they are. One is shared by all places.
type links struct {
	databases map[string]*sql.DB
	redis     map[string]rueidis.Client
	memcached map[string]*memcache.Client
}

func newLinks() *links {
	return &links{map[string]*sql.DB{}, map[string]rueidis.Client{}, map[string]*memcache.Client{}}
}

func (l *links) close() {
	for _, db := range l.databases {
		_ = db.Close()
	}
	for _, client := range l.redis {
		client.Close()
	}
	for _, client := range l.memcached {
		_ = client.Close()
	}
}

// A database is one of DATABASES, as django.db has it while tests run.
type database struct {
	Vendor   string `json:"vendor"`
	Name     string `json:"name"`
	Host     string `json:"host"`
	Port     string `json:"port"`
	User     string `json:"user"`
	Password string `json:"password"`
}

// dialects are by Django's connection.vendor.
var dialects = map[string]djangostore.Dialect{
	"sqlite": djangostore.SQLite, "postgresql": djangostore.PostgreSQL, "mysql": djangostore.MySQL,
}

// source is what database/sql needs to know. Nobody waits for the disk: it is for tests.
func (d database) source() (driver, name string, err error) {
	switch d.Vendor {
	case "sqlite":
		if strings.Contains(d.Name, ":memory:") || strings.Contains(d.Name, "mode=memory") {
			return "", "", errors.New("a SQLite database in memory can't be shared with Go; it must be a file, also as TEST NAME")
		}
		return "sqlite", "file:" + d.Name + "?_pragma=busy_timeout(20000)&_pragma=synchronous(off)", nil
	case "postgresql":
		u := url.URL{Scheme: "postgres", User: url.UserPassword(d.User, d.Password), Path: "/" + d.Name}
		u.RawQuery = url.Values{"host": {cmp.Or(d.Host, "/var/run/postgresql")}, "port": {cmp.Or(d.Port, "5432")}}.Encode()
		return "pgx", u.String(), nil
	case "mysql":
		return "mysql", d.mysql(), nil
	}
	return "", "", fmt.Errorf("the database is %q, and must be sqlite, postgresql or mysql", d.Vendor)
}

func (d database) mysql() string {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.DBName, c.Net, c.Addr = d.User, d.Password, d.Name, "tcp", net.JoinHostPort(cmp.Or(d.Host, "127.0.0.1"), cmp.Or(d.Port, "3306"))
	if strings.HasPrefix(d.Host, "/") {
		c.Net, c.Addr = "unix", d.Host
	}
	return c.FormatDSN()
}

// database returns the connections to d. Those not in use end soon: a test database with
// connections can't be dropped.
func (l *links) database(d database) (*sql.DB, error) {
	driver, name, err := d.source()
	if err != nil {
		return nil, err
	}
	db, ok := l.databases[name]
	if !ok {
		if db, err = sql.Open(driver, name); err != nil {
			return nil, err
		}
		db.SetConnMaxIdleTime(time.Second)
		l.databases[name] = db
	}
	return db, nil
}
