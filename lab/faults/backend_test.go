package faults

import (
	"strings"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/lab/internal/stores"
)

// A backend is a kind of server.
type backend struct {
	start   func() (*servers.Server, error)
	name    func(s *servers.Server) string // the store's
	forgets bool                           // all, when the server ends
}

// backends are servers that keep what they have acknowledged, as far as they can.
var backends = map[string]backend{
	"redis": {
		start: func() (*servers.Server, error) {
			return servers.Redis("--appendonly", "yes", "--appendfsync", "always")
		},
		name: func(s *servers.Server) string { return "redis:" + s.Address() },
	},
	"postgres": {
		start: servers.PostgresDurable,
		name:  func(s *servers.Server) string { return "postgres:" + s.PostgresURL("coatcheck") },
	},
	"mariadb": {
		start: servers.MariaDBDurable,
		name:  func(s *servers.Server) string { return "mysql:" + s.MySQLName("root", "mysql") },
	},
	"memcached": {
		start:   servers.Memcached,
		name:    func(s *servers.Server) string { return "memcached:" + s.Address() },
		forgets: true,
	},
}

// A place is a site, its server, and the proxy between them.
type place struct {
	backend
	server *servers.Server
	proxy  proxy
	site   *site
}

func newPlace(t *testing.T, b backend) *place {
	t.Helper()
	server, err := b.start()
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	p := newProxy(t, server.Address())
	name := strings.Replace(b.name(server), server.Address(), p.Listen, 1)
	return &place{b, server, p, newSite(t, open(t, name))}
}

func open(t *testing.T, name string) stores.Store {
	t.Helper()
	store, closeAll, err := stores.Open(name, limit)
	must(t, err)
	t.Cleanup(func() { must(t, closeAll()) })
	return store
}
