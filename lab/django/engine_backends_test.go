package django

import (
	"database/sql"
	"maps"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/kv"
)

// A backend is one of Django's engines with where it keeps sessions. Another one is another
// entry of backends.
type backend struct {
	settings question                             // besides those of peer.py
	open     func(t *testing.T, s *site) kv.Store // nil: the cookie
}

const engines = "django.contrib.sessions.backends."

var backends = map[string]func(t *testing.T) backend{
	"signed_cookies": func(*testing.T) backend {
		return backend{settings: question{"SESSION_ENGINE": engines + "signed_cookies"}}
	},
	"db on SQLite": func(*testing.T) backend {
		return backend{question{"SESSION_ENGINE": engines + "db"}, func(t *testing.T, s *site) kv.Store { return sqliteTable(t, s) }}
	},
	"file": func(t *testing.T) backend {
		path := t.TempDir()
		return backend{question{"SESSION_ENGINE": engines + "file", "SESSION_FILE_PATH": path}, func(t *testing.T, _ *site) kv.Store {
			folder, err := djangostore.OpenFolder(path, djangostore.FolderOptions{Expiry: signer(t).Expiry})
			check(t, err)
			return folder
		}}
	},
	"cache in files": func(t *testing.T) backend {
		path := t.TempDir()
		return backend{question{"SESSION_ENGINE": engines + "cache", "CACHES": fileCache(path)}, func(t *testing.T, _ *site) kv.Store {
			return openCache(t, path, djangostore.CacheEngine)
		}}
	},
	"cached_db on SQLite and files": func(t *testing.T) backend {
		path := t.TempDir()
		return backend{question{"SESSION_ENGINE": engines + "cached_db", "CACHES": fileCache(path)}, func(t *testing.T, s *site) kv.Store {
			cache := openCache(t, path, djangostore.CachedDBEngine)
			both, err := djangostore.NewCachedDB(cache, sqliteTable(t, s), djangostore.CachedDBOptions{Encode: signer(t).Encode(compat.Pickle{Write: true})})
			check(t, err)
			return both
		}}
	},
}

func signer(t *testing.T) *compat.Signer {
	t.Helper()
	signer, err := compat.NewSigner(compat.Options{SecretKeys: []string{peerKey}})
	check(t, err)
	return signer
}

func fileCache(path string) question {
	return question{"default": question{"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": path}}
}

func openCache(t *testing.T, path, engine string) kv.Store {
	t.Helper()
	folder, err := djangostore.OpenCacheFolder(path)
	check(t, err)
	cache, err := djangostore.NewCache(folder, djangostore.CacheOptions{Engine: engine})
	check(t, err)
	return cache
}

func sqliteTable(t *testing.T, s *site) kv.Expirer {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+s.database+"?_pragma=busy_timeout(20000)")
	check(t, err)
	t.Cleanup(func() { _ = db.Close() })
	table, err := djangostore.NewTable(db, djangostore.TableOptions{Dialect: djangostore.SQLite})
	check(t, err)
	return table
}

// goSite is what Go has of the site on b, with more settings.
func (s *site) goSite(b backend, more question, o compat.Options) *compat.Site {
	s.t.Helper()
	settings := map[string]any{"SECRET_KEY": peerKey}
	maps.Copy(settings, b.settings)
	maps.Copy(settings, more)
	if b.open != nil {
		o.Backend = b.open(s.t, s)
	}
	site, err := compat.FromSettings(settings, o)
	check(s.t, err)
	return site
}

func (s *site) manager(b backend, more question, o compat.Options) *session.Manager {
	s.t.Helper()
	m, err := session.New(s.goSite(b, more, o).Config)
	check(s.t, err)
	return m
}
