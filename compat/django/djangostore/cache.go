package djangostore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

// What Django's engines put before a session's key in their cache.
const (
	CacheEngine    = "django.contrib.sessions.cache"
	CachedDBEngine = "django.contrib.sessions.cached_db"
)

// CacheOptions are the settings of one of the site's CACHES. The zero value is
// Django's own settings.
type CacheOptions struct {
	// Engine is [CacheEngine], which is the default, or [CachedDBEngine].
	Engine string

	// KeyPrefix is KEY_PREFIX. Default: none.
	KeyPrefix string

	// Version is VERSION. Default 1.
	Version int

	// KeyFunction is KEY_FUNCTION. Default: prefix, version and key with colons between.
	KeyFunction func(prefix string, version int, key string) string

	// StorePrefix is what the store behind puts before every key by itself. A key
	// must begin with it, and is handed on without. It is for redisstore, whose
	// Options.Prefix can't be empty: set both to KeyPrefix and a colon.
	StorePrefix string

	// Zlib is for django_redis.compressors.zlib.ZlibCompressor: new values are
	// compressed. Values of both kinds are read whatever it is.
	Zlib bool

	// Compressor is for any other of django-redis's compressors, instead of Zlib.
	// Values that it can't decompress are read as they are, as django-redis does.
	Compressor Compressor
}

// A Cache is a kv.Store on the entries that Django's engines "cache" and "cached_db"
// have in a cache. The store behind it is where the cache is: that of package
// redisstore for RedisCache and django-redis; that of memcachestore, with
// Options.Flags 1, for PyMemcacheCache and PyLibMCCache; [NewCacheTable] for
// DatabaseCache; [OpenCacheFolder] for FileBasedCache.
//
// A key is a session's. A value is what the cache's serializer makes of the session's
// dict: a pickle, or JSON with django-redis' JSONSerializer. One that was compressed by
// zlib, or by CacheOptions.Compressor, is read, and stays compressed when it is swapped, since the
// flags of memcached's entries may say so.
type Cache struct {
	store kv.Store
	o     CacheOptions
}

var _ kv.Expirer = (*Cache)(nil)

const (
	// anyKey is as long as Django's keys are.
	anyKey = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
)

// NewCache returns the entries in store. It does no I/O. It returns an error if store is
// nil, if the keys by o don't begin with o.StorePrefix or are no keys of a kv.Store, or if o has
// two compressors.
func NewCache(store kv.Store, o CacheOptions) (*Cache, error) {
	o.Engine = cmp.Or(o.Engine, CacheEngine)
	o.Version = cmp.Or(o.Version, 1)
	if o.KeyFunction == nil {
		o.KeyFunction = keyFunction
	}
	c := &Cache{store, o}
	name, err := c.name(anyKey)
	invisible := func(r rune) bool { return r <= ' ' || r > '~' }
	switch {
	case err != nil:
	case store == nil:
		err = errors.New("no store")
	case len(name) > kv.MaxKey, strings.ContainsFunc(name, invisible):
		err = fmt.Errorf("CacheOptions make keys that are not up to %d bytes of visible ASCII", kv.MaxKey)
	case o.Zlib && o.Compressor != nil:
		err = errors.New("CacheOptions have both Zlib and a Compressor")
	}
	if err != nil {
		return nil, failed("new cache", err)
	}
	return c, nil
}

// keyFunction is django.core.cache.backends.base.default_key_func.
func keyFunction(prefix string, version int, key string) string {
	return fmt.Sprintf("%s:%d:%s", prefix, version, key)
}

// name returns a session's key in the store.
func (c *Cache) name(key string) (string, error) {
	full := c.o.KeyFunction(c.o.KeyPrefix, c.o.Version, c.o.Engine+key)
	name, ok := strings.CutPrefix(full, c.o.StorePrefix)
	if !ok {
		return "", errors.New("a key doesn't begin with CacheOptions.StorePrefix")
	}
	return name, nil
}

// Get implements kv.Store.
func (c *Cache) Get(ctx context.Context, key string) (value string, err error) {
	name, err := c.name(key)
	if err == nil {
		value, err = c.store.Get(ctx, name)
	}
	if err == nil {
		value, _, err = c.unpack(value)
	}
	return value, failed("cache: get", err)
}

// GetUntil implements [kv.Expirer]. It is errors.ErrUnsupported if the store behind is none.
func (c *Cache) GetUntil(ctx context.Context, key string) (value string, until time.Time, err error) {
	e, ok := c.store.(kv.Expirer)
	if !ok {
		return "", until, failed("cache: get", errors.ErrUnsupported)
	}
	name, err := c.name(key)
	if err == nil {
		value, until, err = e.GetUntil(ctx, name)
	}
	if err == nil {
		value, _, err = c.unpack(value)
	}
	return value, until, failed("cache: get", err)
}

// Add implements kv.Store.
func (c *Cache) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	name, err := c.name(key)
	if err == nil {
		err = c.store.Add(ctx, name, c.pack(value), ttl)
	}
	return failed("cache: add", err)
}

// Swap implements kv.Store. It is one call of the store behind, or some more if the old
// value was compressed by Python.
func (c *Cache) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	name, err := c.name(key)
	if err == nil {
		err = c.store.Swap(ctx, name, c.pack(old), c.pack(value), ttl)
	}
	if errors.Is(err, session.ErrConflict) {
		err = c.swapSpelled(ctx, name, old, value, ttl)
	}
	return failed("cache: swap", err)
}

// swapSpelled is a Swap of an old value that may be spelled otherwise than by pack.
func (c *Cache) swapSpelled(ctx context.Context, name, old, value string, ttl time.Duration) error {
	for {
		raw, err := c.store.Get(ctx, name)
		if err != nil {
			return err
		}
		is, by, err := c.unpack(raw)
		if err == nil && is != old {
			err = session.ErrConflict
		}
		if err != nil {
			return err
		}
		next := value
		if by != nil {
			next = string(by.Compress([]byte(value)))
		}
		if err = c.store.Swap(ctx, name, raw, next, ttl); !errors.Is(err, session.ErrConflict) {
			return err
		}
	}
}

// Delete implements kv.Store.
func (c *Cache) Delete(ctx context.Context, key string) error {
	name, err := c.name(key)
	if err == nil {
		err = c.store.Delete(ctx, name)
	}
	return failed("cache: delete", err)
}
