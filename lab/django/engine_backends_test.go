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
		return backend{question{"SESSION_ENGINE": engines + "db"}, sqliteTable}
	},
	"file": func(t *testing.T) backend {
		path := t.TempDir()
		return backend{question{"SESSION_ENGINE": engines + "file", "SESSION_FILE_PATH": path}, func(t *testing.T, _ *site) kv.Store {
			signer, err := compat.NewSigner(compat.Options{SecretKeys: []string{peerKey}})
			check(t, err)
			folder, err := djangostore.OpenFolder(path, djangostore.FolderOptions{Expiry: signer.Expiry})
			check(t, err)
			return folder
		}}
	},
}

func sqliteTable(t *testing.T, s *site) kv.Store {
	db, err := sql.Open("sqlite", "file:"+s.database+"?_pragma=busy_timeout(20000)")
	check(t, err)
	t.Cleanup(func() { _ = db.Close() })
	table, err := djangostore.NewTable(db, djangostore.TableOptions{Dialect: djangostore.SQLite})
	check(t, err)
	return table
}

// eachBackend runs the test with each Django on each backend, and a Manager that has the
// same settings.
func eachBackend(t *testing.T, test func(t *testing.T, s *site, config question, m *session.Manager)) {
	for name, open := range backends {
		for version := range versions {
			t.Run(name+", Django "+version, func(t *testing.T) {
				b := open(t)
				s := start(t, version)
				test(t, s, b.settings, s.manager(b, nil, compat.Options{Django3: s.old}))
			})
		}
	}
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
