package flasksession

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/rueidis"
	_ "modernc.org/sqlite"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/flask"
	compat "github.com/coatcheck-go/session/compat/flasksession"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/lab/python/peer"
	"github.com/coatcheck-go/session/memcachestore"
	"github.com/coatcheck-go/session/redisstore"
)

// A kind of store is a SESSION_TYPE with the format that each release has there.
type kind struct {
	name      string
	flaskType string
	config    map[string]any
	format    compat.Format // of 0.8
	oldFormat compat.Format // of 0.3.2; 0: the same as another kind
	bits      int           // that integers may have in 0.8
	where     func(t *testing.T) string
	open      func(where string, old bool) (store kv.Store, closeStore func() error, err error)
}

var kinds = []kind{
	{"redis", "redis", nil, compat.Msgpack, compat.Pickle4, 63, redisAddress, openRedis},
	{"redis, JSON", "redis", map[string]any{"SESSION_SERIALIZATION_FORMAT": "json"}, compat.JSON, 0, 3000, redisAddress, openRedis},
	{"memcached", "memcached", nil, compat.Msgpack, compat.Pickle0, 63, memcachedAddress, openMemcached},
	{"filesystem", "filesystem", nil, compat.Pickle5, compat.Pickle5, 3000, (*testing.T).TempDir, openFolder},
	{"SQLite", "sqlalchemy", nil, compat.Msgpack, compat.Pickle4, 63, newSQLite, openSQLite},
	{"PostgreSQL", "sqlalchemy", nil, compat.Msgpack, 0, 63, postgresAddress, openPostgres},
	{"MariaDB", "sqlalchemy", nil, compat.Msgpack, 0, 63, mariadbAddress, openMariaDB},
}

// eachPair runs the test with each application of Flask's and a Manager on the same
// sessions.
func eachPair(t *testing.T, test func(t *testing.T, p pair)) {
	eachFlask(t, func(t *testing.T, f *peer.Tester, old bool) {
		for _, k := range kinds {
			if old && k.oldFormat == 0 {
				continue
			}
			t.Run(k.name, func(t *testing.T) { test(t, newPair(t, f, k, old)) })
		}
	})
}

// A pair is an application of Flask's and one of ours on the same sessions.
type pair struct {
	flask   application
	manager *session.Manager
	pickled bool // Flask writes pickles
	bits    int
}

func newPair(t *testing.T, f *peer.Tester, k kind, old bool) pair {
	t.Helper()
	where := k.where(t)
	p := pair{pickled: old || k.format == compat.Pickle5, bits: k.bits}
	if old {
		p.bits = 3000
	}
	p.flask = application{t, f.For(t), map[string]any{"type": k.flaskType, "where": where, "config": k.config}}
	var begun struct{ Settings string }
	p.flask.ask(&begun, "begin", nil)
	settings, err := flask.SettingsFromJSON(strings.NewReader(begun.Settings))
	check(t, err)
	o, closeStore, err := k.options(where, old)
	check(t, err)
	t.Cleanup(func() { check(t, closeStore()) })
	c, err := compat.FromConfig(settings, o)
	check(t, err)
	p.manager, err = session.New(c)
	check(t, err)
	return p
}

// options are those that agree with the application on the store.
func (k kind) options(where string, old bool) (o compat.Options, closeStore func() error, err error) {
	o = compat.Options{Format: k.format, UUID: old}
	if old {
		o.Format = k.oldFormat
	}
	o.Store, closeStore, err = k.open(where, old)
	return o, closeStore, err
}

func redisAddress(*testing.T) string     { return redis.Address() }
func memcachedAddress(*testing.T) string { return memcached.Address() }

func openRedis(where string, _ bool) (store kv.Store, closeStore func() error, err error) {
	client, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{where}, DisableCache: true})
	if err != nil {
		return nil, nil, err
	}
	store, err = redisstore.NewKV(client, redisstore.Options{Prefix: "-"})
	return store, func() error { client.Close(); return nil }, err
}

func openMemcached(where string, _ bool) (store kv.Store, closeStore func() error, err error) {
	client := memcache.New(where)
	client.Timeout = 5 * time.Second // on a busy machine the server may have to wait for its turn
	store, err = memcachestore.NewKV(client, memcachestore.Options{})
	return store, client.Close, err
}

func openFolder(where string, old bool) (store kv.Store, closeStore func() error, err error) {
	store, err = compat.OpenFolder(where, compat.FolderOptions{MD5: old})
	return store, func() error { return nil }, err
}

// newSQLite names a database that isn't there yet, as SQLAlchemy does.
func newSQLite(t *testing.T) string {
	t.Helper()
	return "sqlite:///" + filepath.Join(t.TempDir(), "sessions.db")
}

func openSQLite(where string, _ bool) (store kv.Store, closeStore func() error, err error) {
	return openTable("sqlite", strings.TrimPrefix(where, "sqlite:///")+"?_pragma=busy_timeout(10000)", compat.SQLite)
}

func openTable(driver, name string, dialect compat.Dialect) (store kv.Store, closeStore func() error, err error) {
	db, err := sql.Open(driver, name)
	if err != nil {
		return nil, nil, err
	}
	store, err = compat.NewTable(db, compat.TableOptions{Dialect: dialect})
	return store, db.Close, err
}

// The addresses are as SQLAlchemy has them, with the name of its driver.
func postgresAddress(*testing.T) string {
	return "postgresql+psycopg" + strings.TrimPrefix(postgres.PostgresURL("coatcheck"), "postgres")
}

func openPostgres(where string, _ bool) (store kv.Store, closeStore func() error, err error) {
	return openTable("pgx", strings.Replace(where, "postgresql+psycopg", "postgres", 1), compat.PostgreSQL)
}

func mariadbAddress(*testing.T) string { return "mysql+pymysql://root@" + mariadb.Address() + "/mysql" }

func openMariaDB(where string, _ bool) (store kv.Store, closeStore func() error, err error) {
	address := strings.TrimSuffix(strings.TrimPrefix(where, "mysql+pymysql://root@"), "/mysql")
	return openTable("mysql", "root@tcp("+address+")/mysql", compat.MySQL)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
