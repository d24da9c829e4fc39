package djangostore

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"path/filepath"
	"sync"
	"testing"
)

// siteConfig is the settings of a site on the tests' servers, as JSON.
func siteConfig(t testing.TB, more map[string]any) string {
	t.Helper()
	at := func(address string) (host, port string) {
		host, port, err := net.SplitHostPort(address)
		check(t, err)
		return host, port
	}
	pgHost, pgPort := at(postgres.Address())
	myHost, myPort := at(mariadb.Address())
	config := map[string]any{
		"SECRET_KEY": secretKey, "SYNCHRONOUS": synchronous, "USE_TZ": true, "TIME_ZONE": "UTC",
		"DATABASES": map[string]any{
			"default":  map[string]any{"ENGINE": "django.db.backends.sqlite3", "NAME": sqliteFile(), "OPTIONS": map[string]any{"timeout": 10}},
			"postgres": map[string]any{"ENGINE": "django.db.backends.postgresql", "HOST": pgHost, "PORT": pgPort, "USER": "coatcheck", "NAME": "postgres"},
			"mysql":    map[string]any{"ENGINE": "django.db.backends.mysql", "HOST": myHost, "PORT": myPort, "USER": "root", "NAME": "django"},
		},
		"CACHES": siteCaches(),
	}
	for name, setting := range more {
		config[name] = setting
	}
	text, err := json.Marshal(config)
	check(t, err)
	return string(text)
}

func siteCaches() map[string]any {
	cache := func(backend, location, prefix string, options map[string]any) map[string]any {
		return map[string]any{"BACKEND": backend, "LOCATION": location, "KEY_PREFIX": prefix, "OPTIONS": options}
	}
	compressed := func(by string) map[string]any {
		return map[string]any{"COMPRESSOR": "django_redis.compressors." + by + "Compressor"}
	}
	const djangoRedis = "django_redis.cache.RedisCache"
	none, roomy := map[string]any{}, map[string]any{"MAX_ENTRIES": 1 << 20}
	url := "redis://" + redis.Address()
	return map[string]any{
		"default":    cache("django.core.cache.backends.locmem.LocMemCache", "", "", none),
		"redis":      cache("django.core.cache.backends.redis.RedisCache", url, prefixes["redis"], none),
		"djredis":    cache(djangoRedis, url, prefixes["djredis"], none),
		"djzlib":     cache(djangoRedis, url, prefixes["djzlib"], compressed("zlib.Zlib")),
		"djgzip":     cache(djangoRedis, url, prefixes["djgzip"], compressed("gzip.Gzip")),
		"djlzma":     cache(djangoRedis, url, prefixes["djlzma"], compressed("lzma.Lzma")),
		"djlz4":      cache(djangoRedis, url, prefixes["djlz4"], compressed("lz4.Lz4")),
		"djzstd":     cache(djangoRedis, url, prefixes["djzstd"], compressed("zstd.ZStd")),
		"djjson":     cache(djangoRedis, url, prefixes["djjson"], map[string]any{"SERIALIZER": "django_redis.serializers.json.JSONSerializer"}),
		"pymemcache": cache("django.core.cache.backends.memcached.PyMemcacheCache", memcached.Address(), prefixes["pymemcache"], none),
		"compressed": cache("django.core.cache.backends.memcached.PyMemcacheCache", memcached.Address(), prefixes["compressed"], map[string]any{"serde": "compressed_serde"}),
		"pylibmc":    cache("django.core.cache.backends.memcached.PyLibMCCache", memcached.Address(), prefixes["pylibmc"], none),
		"dbcache":    cache("django.core.cache.backends.db.DatabaseCache", cacheTable, "", roomy),
		"filecache":  cache("django.core.cache.backends.filebased.FileBasedCache", filepath.Join(folder, "cache"), "", roomy),
	}
}

// ask sends a question and reads the answer.
func (d *site) ask(answer any, op string, question map[string]any) {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.send(op, question)
	d.answer(answer)
}

func (d *site) send(op string, question map[string]any) {
	d.t.Helper()
	q := map[string]any{"op": op}
	for k, v := range question {
		q[k] = v
	}
	line, err := json.Marshal(q)
	check(d.t, err)
	if _, err := d.input.Write(append(line, '\n')); err != nil {
		d.t.Fatal(err)
	}
}

func (d *site) answer(answer any) {
	d.t.Helper()
	line, err := d.output.ReadBytes('\n')
	if err != nil {
		d.t.Fatalf("no answer: %v; the end of the tests tells why", err)
	}
	if err := json.Unmarshal(line, answer); err != nil {
		d.t.Fatalf("%s: %v", line, err)
	}
}

// An app is a site with one engine. Its methods are what happens in Django.
type app struct {
	*site

	kind map[string]any
}

// A said is an answer, of which each question fills a part.
type said struct {
	Key, Dict, Payload string
	There, Gone, Waits bool
	Counts             map[string]int
	Writes, Lost       int
}

func (a app) do(op string, more map[string]any) (s said) {
	a.t.Helper()
	q := map[string]any{"kind": a.kind}
	for k, v := range more {
		q[k] = v
	}
	a.ask(&s, op, q)
	if s.Payload != "" {
		b, err := base64.StdEncoding.DecodeString(s.Payload)
		check(a.t, err)
		s.Payload = string(b)
	}
	return s
}

func (a app) fill(seed int) said { a.t.Helper(); return a.do("fill", map[string]any{"seed": seed}) }
func (a app) make(seed int) said { a.t.Helper(); return a.do("make", map[string]any{"seed": seed}) }

func (a app) parse(payload string) string {
	a.t.Helper()
	return a.do("parse", map[string]any{"payload": base64.StdEncoding.EncodeToString([]byte(payload))}).Dict
}

func (a app) bump(payload, name string) said {
	a.t.Helper()
	return a.do("bump", map[string]any{"payload": base64.StdEncoding.EncodeToString([]byte(payload)), "name": name})
}

func (a app) look(key string) said { a.t.Helper(); return a.do("look", map[string]any{"key": key}) }
func (a app) end(key string)       { a.t.Helper(); a.do("end", map[string]any{"key": key}) }

func (a app) put(key, name string, value any) said {
	a.t.Helper()
	return a.do("put", map[string]any{"key": key, "name": name, "value": value})
}

// pause begins what waits in the middle, and returns what lets it go on.
func (a app) pause(op, key string) (goOn func() said) {
	a.t.Helper()
	a.mu.Lock()
	var s said
	a.send(op, map[string]any{"kind": a.kind, "key": key})
	if a.answer(&s); !s.Waits {
		a.mu.Unlock()
		a.t.Fatalf("%s didn't wait: %+v", op, s)
	}
	goOn = sync.OnceValue(func() (s said) {
		defer a.mu.Unlock()
		a.send("go on", nil)
		a.answer(&s)
		return s
	})
	a.t.Cleanup(func() { goOn() }) // a test that has failed leaves nobody waiting
	return goOn
}
