package main

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/kv"
)

// openSessions opens the place where Django keeps its sessions, by SESSION_ENGINE. A site
// of your own needs one of these lines.
func openSessions(settings map[string]any, db *sql.DB) (kv.Store, error) {
	engine, err := setting(settings, "SESSION_ENGINE")
	if err != nil {
		return nil, err
	}
	switch engine[strings.LastIndex(engine, ".")+1:] {
	case "file":
		return openFolder(settings)
	case "cache":
		return openCache(settings, djangostore.CacheEngine)
	case "cached_db":
		return openCachedDB(settings, db)
	case "signed_cookies":
		return nil, nil // they are in the cookie
	default:
		return openTable(db)
	}
}

func openTable(db *sql.DB) (*djangostore.Table, error) {
	return djangostore.NewTable(db, djangostore.TableOptions{Dialect: djangostore.SQLite})
}

func openFolder(settings map[string]any) (*djangostore.Folder, error) {
	path, pathErr := setting(settings, "SESSION_FILE_PATH")
	signer, signerErr := newSigner(settings)
	if err := errors.Join(pathErr, signerErr); err != nil {
		return nil, err
	}
	return djangostore.OpenFolder(path, djangostore.FolderOptions{Expiry: signer.Expiry})
}

func openCache(settings map[string]any, engine string) (*djangostore.Cache, error) {
	path, err := setting(settings, "CACHES", "default", "LOCATION")
	if err != nil {
		return nil, err
	}
	folder, err := djangostore.OpenCacheFolder(path)
	if err != nil {
		return nil, err
	}
	return djangostore.NewCache(folder, djangostore.CacheOptions{Engine: engine})
}

func openCachedDB(settings map[string]any, db *sql.DB) (*djangostore.CachedDB, error) {
	table, tableErr := openTable(db)
	cache, cacheErr := openCache(settings, djangostore.CachedDBEngine)
	signer, signerErr := newSigner(settings)
	if err := errors.Join(tableErr, cacheErr, signerErr); err != nil {
		return nil, err
	}
	return djangostore.NewCachedDB(cache, table, djangostore.CachedDBOptions{Encode: signer.Encode(django.Pickle{Write: true})})
}

func newSigner(settings map[string]any) (*django.Signer, error) {
	key, err := setting(settings, "SECRET_KEY")
	if err != nil {
		return nil, err
	}
	return django.NewSigner(django.Options{SecretKeys: []string{key}})
}
