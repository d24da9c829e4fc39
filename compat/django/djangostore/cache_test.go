package djangostore

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/payload"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/kvtest"
	"github.com/coatcheck-go/session/kv/memkv"
)

func cache(t *testing.T, store kv.Store, o CacheOptions) *Cache {
	t.Helper()
	c, err := NewCache(store, o)
	must(t, err)
	return c
}

func TestCache(t *testing.T) {
	t.Parallel()
	kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
		store, o := memkv.New(), CacheOptions{KeyPrefix: "shop", StorePrefix: "shop:", Zlib: true}
		return named{cache(t, store, o)}, named{cache(t, store, o)}
	})
}

func TestCacheKeys(t *testing.T) {
	custom := func(prefix string, version int, key string) string {
		return key + "/" + prefix + "/" + strconv.Itoa(version)
	}
	for want, o := range map[string]CacheOptions{
		":1:django.contrib.sessions.cachek":          {},
		"p5218:1:django.contrib.sessions.cached_dbk": {KeyPrefix: "p5218", Engine: CachedDBEngine},
		":7:django.contrib.sessions.cachek":          {Version: 7},
		"django.contrib.sessions.cachek/p/1":         {KeyPrefix: "p", KeyFunction: custom},
		"1:django.contrib.sessions.cachek":           {StorePrefix: ":"},
	} {
		store := memkv.New()
		must(t, cache(t, store, o).Add(t.Context(), "k", "v", time.Hour))
		if _, err := store.Get(t.Context(), want); err != nil {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestNewCacheErrors(t *testing.T) {
	for name, o := range map[string]CacheOptions{
		"a space":         {KeyPrefix: "a b"},
		"too long":        {KeyPrefix: strings.Repeat("p", 200)},
		"another's start": {KeyPrefix: "p", StorePrefix: "q:"},
	} {
		if _, err := NewCache(memkv.New(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := NewCache(nil, CacheOptions{}); err == nil {
		t.Error("no store: no error")
	}
}

// fromPython is zlib.compress of smallDict by CPython.
const fromPython = "x\x9ck`\x9d*\xc2\x00\x01\xb5S4z\x18\x13\xa7x3\xf60\x16O\xe9a\xca\xc8\x9cR\xaa\x07\x00n\xed\x08`"

// What Python has compressed is read and swapped, and stays compressed, whatever the
// option is.
func TestCompressedByPython(t *testing.T) {
	for _, zlib := range []bool{false, true} {
		store := memkv.New()
		c := cache(t, store, CacheOptions{Zlib: zlib})
		name, err := c.name(key)
		must(t, err, store.Add(t.Context(), name, fromPython, time.Hour))
		if value, err := c.Get(t.Context(), key); value != smallDict || err != nil {
			t.Fatalf("%q, %v", value, err)
		}
		if err := c.Swap(t.Context(), key, "another", "v", time.Hour); !errors.Is(err, session.ErrConflict) {
			t.Errorf("Swap of another: %v", err)
		}
		must(t, c.Swap(t.Context(), key, smallDict, "longer than fifteen bytes", time.Hour))
		raw, err := store.Get(t.Context(), name)
		must(t, err)
		if plain, err := payload.Decompress([]byte(raw), 100); string(plain) != "longer than fifteen bytes" || err != nil {
			t.Errorf("%q, %v", raw, err)
		}
		must(t, c.Swap(t.Context(), key, "longer than fifteen bytes", smallDict, time.Hour))
		if value, err := c.Get(t.Context(), key); value != smallDict || err != nil {
			t.Errorf("%q, %v", value, err)
		}
	}
}

// As django-redis does, up to 15 bytes aren't compressed.
func TestZlib(t *testing.T) {
	store := memkv.New()
	c := cache(t, store, CacheOptions{Zlib: true})
	for length, packed := range map[int]bool{15: false, 16: true} {
		k := strconv.Itoa(length)
		must(t, c.Add(t.Context(), k, strings.Repeat("v", length), time.Hour))
		name, err := c.name(k)
		must(t, err)
		raw, err := store.Get(t.Context(), name)
		must(t, err)
		if (raw[0] == 'x') != packed {
			t.Errorf("%d bytes are %q", length, raw)
		}
	}
}

// A marker is a Compressor that puts a mark in front.
type marker struct{}

func (marker) Compress(value []byte) []byte { return append([]byte("!"), value...) }

func (marker) Decompress(data []byte, limit int) ([]byte, error) {
	value, ok := bytes.CutPrefix(data, []byte("!"))
	if !ok || len(value) > limit {
		return nil, errors.New("not marked, or too long")
	}
	return value, nil
}

// Another compressor writes new values, and those that it can't read are read all the
// same, and stay as they are spelled.
func TestCompressor(t *testing.T) {
	store := memkv.New()
	c := cache(t, store, CacheOptions{Compressor: marker{}})
	long := strings.Repeat("v", 100)
	for name, raw := range map[string]string{"plain": smallDict, "zlib": fromPython, "marked": "!" + smallDict} {
		full, err := c.name(name)
		must(t, err, store.Add(t.Context(), full, raw, time.Hour), c.Swap(t.Context(), name, smallDict, long, time.Hour))
		value, err := c.Get(t.Context(), name)
		now, errNow := store.Get(t.Context(), full)
		if must(t, err, errNow); value != long || raw == smallDict && now != long || raw != smallDict && now[0] != raw[0] {
			t.Errorf("%s: %q, stored as %q", name, value, now)
		}
	}
	must(t, c.Add(t.Context(), key, long, time.Hour))
	full, err := c.name(key)
	must(t, err)
	if raw, err := store.Get(t.Context(), full); err != nil || raw != "!"+long {
		t.Errorf("a new value is %q, %v", raw, err)
	}
	if _, err := NewCache(store, CacheOptions{Zlib: true, Compressor: marker{}}); err == nil {
		t.Error("two compressors: no error")
	}
}

// What begins as a zlib stream and is none, or a bomb, is told.
func TestBrokenZlib(t *testing.T) {
	store := memkv.New()
	c := cache(t, store, CacheOptions{})
	for k, raw := range map[string]string{
		"cut":  fromPython[:20],
		"bomb": string(payload.Compress(make([]byte, maxInflated+1))),
	} {
		name, err := c.name(k)
		must(t, err, store.Add(t.Context(), name, raw, time.Hour))
		if _, err := c.Get(t.Context(), k); !errors.Is(err, session.ErrBroken) {
			t.Errorf("%s: Get: %v", k, err)
		}
		if err := c.Swap(t.Context(), k, "", "v", time.Hour); !errors.Is(err, session.ErrBroken) {
			t.Errorf("%s: Swap: %v", k, err)
		}
	}
}

// The time of an entry is told where the store behind can.
func TestCacheUntil(t *testing.T) {
	c := cache(t, cacheFolder(t, t.TempDir()), CacheOptions{})
	must(t, c.Add(t.Context(), key, "v", time.Hour))
	if _, until, err := c.GetUntil(t.Context(), key); err != nil || time.Until(until) > time.Hour+time.Second || time.Until(until) < 50*time.Minute {
		t.Errorf("%v, %v", until, err)
	}
	c = cache(t, struct{ kv.Store }{memkv.New()}, CacheOptions{})
	if _, _, err := c.GetUntil(t.Context(), key); !errors.Is(err, errors.ErrUnsupported) {
		t.Error(err)
	}
}
