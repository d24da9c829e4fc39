// Package djangostore is where a Django site keeps its sessions, each place as a
// kv.Store: the tables, folders and caches of Django's engines, as Django 3.2 to 5.2
// and newer make, read and write them. Package django, which knows what is in a
// session, works over them.
//
//	SESSION_ENGINE   what to open                       a value is
//	db               [NewTable]                         the session's signed text
//	file             [OpenFolder]                       the session's signed text
//	cache            [NewCache]                         the pickle or JSON of its dict
//	cached_db        [NewCachedDB] on a Cache and a Table  the session's signed text
//
// What is behind a [Cache], as CACHES has it:
//
//	RedisCache, django-redis          package redisstore, its KV
//	PyMemcacheCache, PyLibMCCache     package memcachestore, its KV with Options.Flags 1
//	DatabaseCache                     [NewCacheTable]
//	FileBasedCache                    [OpenCacheFolder]
//
// For instance, a site with cached_db on PostgreSQL and Redis:
//
//	table, err := djangostore.NewTable(db, djangostore.TableOptions{Dialect: djangostore.PostgreSQL})
//	...
//	redis, err := redisstore.NewKV(client, redisstore.Options{Prefix: ":"})
//	...
//	cache, err := djangostore.NewCache(redis, djangostore.CacheOptions{
//		Engine: djangostore.CachedDBEngine, StorePrefix: ":",
//	})
//	...
//	store, err := djangostore.NewCachedDB(cache, table, djangostore.CachedDBOptions{Encode: encode})
//
// # What is guaranteed
//
// All writes are conditional on what was read, so no process of Go's loses an update of
// another or of Django's, and none brings a session back that was ended; [Folder] has
// an exception to that beside Django. What Django does is seen at once. [Table.Sweep]
// and [Folder.Sweep] do the work of "manage.py clearsessions" in small steps.
//
// # What Django can still do wrong
//
// Django's own writes have no condition. No peer can help it that
//
//   - a change of Go's is overwritten by a request of Django's that had read the
//     session before, and knows nothing of the change. That holds for all engines.
//   - with "cache", a save of Django's brings a session back that was ended between its
//     look and its write.
//   - with "file" the same, and the same the other way: Go's look and its rename are
//     two steps, between which a write of Django's is overwritten, and a session that
//     Django has ended comes back. The new file is ready before the look, so that this
//     takes some microseconds.
//   - with "cached_db", a request of Django's that had read the table before a session
//     was ended or changed fills the cache with the old state, and Django believes it
//     until the entry's time is over. Go doesn't believe it, and puts it right at the
//     next request for that session in Go. Where all such requests go to Django, delete
//     the session again some seconds after it was ended.
//   - with "db", a request with the old key of a session that has got a new one fails
//     in Django with status 400.
//   - caches forget: Django's DatabaseCache and FileBasedCache delete entries at random
//     when there are more than MAX_ENTRIES; and its DatabaseCache says nothing when the
//     database refuses a write, as SQLite does when two write at once.
package djangostore
