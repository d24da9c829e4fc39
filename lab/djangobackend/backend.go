package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/memcachestore"
	"github.com/coatcheck-go/session/redisstore"
)

// backend opens where an engine keeps sessions: it sets the backend of o and the sweeper
// of p.
func (l *links) backend(s settings, o *django.Options, p *place) (err error) {
	switch s.Engine {
	case "signed_cookies":
		return nil
	case "file":
		return openFolder(s, o, p)
	case "db":
		return l.openTable(s, o, p)
	case "cache":
		o.Cache, o.Serializer = true, s.Cache.serializer()
		o.Backend, err = l.cache(s.Cache, djangostore.CacheEngine, o.Zone)
		return err
	case "cached_db":
		return l.openCachedDB(s, o, p)
	}
	return fmt.Errorf("there is no engine %q", s.Engine)
}

func openFolder(s settings, o *django.Options, p *place) error {
	folder, err := djangostore.OpenFolder(s.Folder, djangostore.FolderOptions{CookieName: s.CookieName, Age: p.age, Expiry: p.signer.Expiry})
	o.Backend, p.sweeper = folder, folder
	return err
}

func (l *links) openTable(s settings, o *django.Options, p *place) error {
	table, err := l.table(s, o.Zone)
	o.Backend, p.sweeper = table, table
	return err
}

func (l *links) table(s settings, zone *time.Location) (*djangostore.Table, error) {
	db, err := l.database(s.Database)
	if err != nil {
		return nil, err
	}
	return djangostore.NewTable(db, djangostore.TableOptions{Dialect: dialects[s.Database.Vendor], Name: s.Table, Zone: zone})
}

func (l *links) openCachedDB(s settings, o *django.Options, p *place) error {
	table, err := l.table(s, o.Zone)
	if err != nil {
		return err
	}
	cache, err := l.cache(s.Cache, djangostore.CachedDBEngine, o.Zone)
	if err != nil {
		return err
	}
	to := s.Cache.serializer()
	o.Backend, err = djangostore.NewCachedDB(cache, table, djangostore.CachedDBOptions{Encode: p.signer.Encode(to), JSON: to == django.JSON})
	p.sweeper = table
	return err
}

// A cache is one of CACHES.
type cache struct {
	Backend  string            `json:"backend"`
	Location string            `json:"location"`
	Prefix   string            `json:"prefix"`
	Version  int               `json:"version"`
	Options  map[string]string `json:"options"`
	Database database          `json:"database"` // of a DatabaseCache
}

// serializer is what the cache itself does with a dict.
func (c cache) serializer() django.Serializer {
	if strings.HasSuffix(c.Options["SERIALIZER"], ".JSONSerializer") {
		return django.JSON
	}
	return django.Pickle{Write: true}
}

func (l *links) cache(c cache, engine string, zone *time.Location) (kv.Store, error) {
	o := djangostore.CacheOptions{Engine: engine, KeyPrefix: c.Prefix, Version: c.Version}
	o.Zlib = strings.HasSuffix(c.Options["COMPRESSOR"], ".ZlibCompressor")
	if strings.HasSuffix(c.Backend, ".RedisCache") {
		o.StorePrefix = c.Prefix + ":"
	}
	store, err := l.cacheStore(c, zone)
	if err != nil {
		return nil, err
	}
	return djangostore.NewCache(store, o)
}

// cacheStore returns where the cache is, by the last part of its BACKEND.
func (l *links) cacheStore(c cache, zone *time.Location) (kv.Store, error) {
	switch c.Backend[strings.LastIndexByte(c.Backend, '.')+1:] {
	case "RedisCache": // Django's own, and that of django-redis
		return l.redisStore(c)
	case "PyMemcacheCache", "PyLibMCCache":
		return l.memcachedStore(c)
	case "FileBasedCache":
		return djangostore.OpenCacheFolder(c.Location)
	case "DatabaseCache":
		db, err := l.database(c.Database)
		if err != nil {
			return nil, err
		}
		return djangostore.NewCacheTable(db, djangostore.TableOptions{Dialect: dialects[c.Database.Vendor], Name: c.Location, Zone: zone})
	}
	return nil, fmt.Errorf("no other process can share the cache %q", c.Backend)
}

func (l *links) redisStore(c cache) (kv.Store, error) {
	client, ok := l.redis[c.Location]
	if !ok {
		o, err := rueidis.ParseURL(c.Location)
		if err != nil {
			return nil, err
		}
		o.DisableCache = true
		if client, err = rueidis.NewClient(o); err != nil {
			return nil, err
		}
		l.redis[c.Location] = client
	}
	return redisstore.NewKV(client, redisstore.Options{Prefix: c.Prefix + ":"})
}

func (l *links) memcachedStore(c cache) (kv.Store, error) {
	client, ok := l.memcached[c.Location]
	if !ok {
		client = memcache.New(c.Location)
		client.Timeout = 5 * time.Second // on a busy machine the server may have to wait for its turn
		l.memcached[c.Location] = client
	}
	return memcachestore.NewKV(client, memcachestore.Options{Flags: 1})
}
