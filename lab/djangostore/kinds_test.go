package djangostore

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session/compat/django"
	compat "github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/memcachestore"
	"github.com/coatcheck-go/session/redisstore"
)

const cacheTable = "my_cache_table"

// A kind is an engine on one backend server.
type kind struct {
	name     string
	engine   string
	database string // of the engine's table or the cache's
	cache    string // of CACHES
	json     bool
	only     string // the version of Django that has it, empty for all
}

var kinds = []kind{
	{name: "db, SQLite", engine: "db", database: "sqlite"},
	{name: "db, PostgreSQL", engine: "db", database: "postgres"},
	{name: "db, MariaDB", engine: "db", database: "mysql"},
	{name: "file", engine: "file"},
	{name: "cache, Redis", engine: "cache", cache: "redis", only: "5.2"},
	{name: "cache, django-redis", engine: "cache", cache: "djredis"},
	{name: "cache, django-redis, zlib", engine: "cache", cache: "djzlib"},
	{name: "cache, django-redis, gzip", engine: "cache", cache: "djgzip", only: "5.2"},
	{name: "cache, django-redis, LZMA", engine: "cache", cache: "djlzma"},
	{name: "cache, django-redis, LZ4", engine: "cache", cache: "djlz4"},
	{name: "cache, django-redis, Zstandard", engine: "cache", cache: "djzstd", only: "5.2"},
	{name: "cache, django-redis, JSON", engine: "cache", cache: "djjson", json: true},
	{name: "cache, pymemcache", engine: "cache", cache: "pymemcache"},
	{name: "cache, pymemcache, compressed", engine: "cache", cache: "compressed", only: "5.2"},
	{name: "cache, pylibmc", engine: "cache", cache: "pylibmc"},
	{name: "cache, DatabaseCache, SQLite", engine: "cache", cache: "dbcache", database: "sqlite"},
	{name: "cache, DatabaseCache, PostgreSQL", engine: "cache", cache: "dbcache", database: "postgres"},
	{name: "cache, DatabaseCache, MariaDB", engine: "cache", cache: "dbcache", database: "mysql"},
	{name: "cache, FileBasedCache", engine: "cache", cache: "filecache"},
	{name: "cached_db, SQLite and Redis", engine: "cached_db", database: "sqlite", cache: "redis", only: "5.2"},
	{name: "cached_db, PostgreSQL and pymemcache", engine: "cached_db", database: "postgres", cache: "pymemcache"},
	{name: "cached_db, MariaDB and django-redis, zlib", engine: "cached_db", database: "mysql", cache: "djzlib"},
	{name: "cached_db, PostgreSQL and django-redis, JSON", engine: "cached_db", database: "postgres", cache: "djjson", json: true},
	{name: "cached_db, SQLite and pylibmc", engine: "cached_db", database: "sqlite", cache: "pylibmc"},
}

// cookies is the engine that has no store.
var cookies = kind{name: "signed_cookies", engine: "signed_cookies"}

// A pair is a site of Django's and a store of Go's on the same sessions.
type pair struct {
	app   app
	other app // another process of the same site
	kind  kind
	old   bool // Django 3.2
	store kv.Store
}

// eachPair runs the test for each kind that this Django has.
func eachPair(t *testing.T, kinds []kind, test func(t *testing.T, p pair)) {
	eachDjango(t, func(t *testing.T, python string, old bool) {
		site, other := sites(t, python)
		for _, k := range kinds {
			if k.only != "" && (k.only == "3.2") != old {
				continue
			}
			t.Run(k.name, func(t *testing.T) {
				test(t, pair{app{site.in(t), k.question()}, app{other.in(t), k.question()}, k, old, k.open(t)})
			})
		}
	})
}

// question is what the peer must know of the kind.
func (k kind) question() map[string]any {
	q := map[string]any{"engine": k.engine, "folder": folder}
	for name, value := range map[string]string{"database": k.database, "cache": k.cache} {
		if value != "" {
			q[name] = value
		}
	}
	if k.database == "sqlite" {
		q["database"] = "default"
	}
	if k.json {
		q["json"] = true
	}
	return q
}

// open opens the store of the kind, on a table that is new; nil for cookies.
func (k kind) open(t *testing.T) kv.Store {
	t.Helper()
	signer, err := django.NewSigner(django.Options{SecretKeys: []string{secretKey}})
	check(t, err)
	switch k.engine {
	case "signed_cookies":
		return nil
	case "db":
		return k.table(t)
	case "file":
		store, err := compat.OpenFolder(folder, compat.FolderOptions{Expiry: signer.Expiry})
		check(t, err)
		return store
	case "cache":
		return k.openCache(t, compat.CacheEngine)
	}
	return k.cachedDB(t, k.table(t))
}

func (k kind) cachedDB(t *testing.T, table kv.Expirer) kv.Store {
	t.Helper()
	signer, err := django.NewSigner(django.Options{SecretKeys: []string{secretKey}})
	check(t, err)
	store, err := compat.NewCachedDB(k.openCache(t, compat.CachedDBEngine), table, compat.CachedDBOptions{
		Encode: signer.Encode(k.serializer()), JSON: k.json,
	})
	check(t, err)
	return store
}

// serializer is that of the cache.
func (k kind) serializer() django.Serializer {
	if k.json {
		return django.JSON
	}
	return django.Pickle{Write: true}
}

var dialects = map[string]compat.Dialect{
	"sqlite": compat.SQLite, "postgres": compat.PostgreSQL, "mysql": compat.MySQL, "mysql, found rows": compat.MySQL,
}

func (k kind) table(t testing.TB) *compat.Table {
	t.Helper()
	table, err := compat.NewTable(databases[k.database], compat.TableOptions{Dialect: dialects[k.database]})
	check(t, err)
	k.anew(t, table, "django_session")
	return table
}

func (k kind) anew(t testing.TB, table *compat.Table, name string) {
	t.Helper()
	_, err := databases[k.database].ExecContext(t.Context(), "DROP TABLE IF EXISTS "+name)
	check(t, err, table.CreateSchema(t.Context()))
}

func (k kind) openCache(t *testing.T, engine string) kv.Store {
	t.Helper()
	o := compat.CacheOptions{Engine: engine, KeyPrefix: prefixes[k.cache], Zlib: k.cache == "djzlib", Compressor: compressors[k.cache]}
	store := k.openCacheStore(t)
	if strings.HasPrefix(k.cache, "dj") || k.cache == "redis" {
		o.StorePrefix = o.KeyPrefix + ":"
	}
	cache, err := compat.NewCache(store, o)
	check(t, err)
	return cache
}

// prefixes are the KEY_PREFIX of each of CACHES that has one.
var prefixes = map[string]string{
	"redis": "r", "djredis": "d", "djzlib": "z", "djgzip": "g", "djlzma": "x", "djlz4": "4", "djzstd": "s", "djjson": "j",
	"pymemcache": "m", "compressed": "c", "pylibmc": "l",
}

func (k kind) openCacheStore(t *testing.T) kv.Store {
	t.Helper()
	switch k.cache {
	case "dbcache":
		table, err := compat.NewCacheTable(databases[k.database], compat.TableOptions{Dialect: dialects[k.database], Name: cacheTable})
		check(t, err)
		k.anew(t, table, cacheTable)
		return table
	case "filecache":
		store, err := compat.OpenCacheFolder(filepath.Join(folder, "cache"))
		check(t, err)
		return store
	case "pymemcache", "compressed", "pylibmc":
		client := memcache.New(memcached.Address())
		client.Timeout = 5 * time.Second // on a busy machine the server may have to wait for its turn
		t.Cleanup(func() { _ = client.Close() })
		store, err := memcachestore.NewKV(client, memcachestore.Options{Flags: 1})
		check(t, err)
		return store
	}
	client, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{redis.Address()}, DisableCache: true})
	check(t, err)
	t.Cleanup(client.Close)
	store, err := redisstore.NewKV(client, redisstore.Options{Prefix: prefixes[k.cache] + ":"})
	check(t, err)
	return store
}
