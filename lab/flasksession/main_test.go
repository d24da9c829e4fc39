// Package flasksession holds compat/flasksession to the real Flask-Session, the
// newest one and Debian's, each in a process of its own, on real servers.
package flasksession

import (
	"os"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/servers"
)

// The servers of all tests.
var redis, memcached, postgres, mariadb *servers.Server

func TestMain(m *testing.M) {
	if os.Getenv(writerVariable) != "" {
		writerMain()
		return
	}
	servers.Main(false, func(all *servers.All) (int, error) {
		redis, memcached, postgres, mariadb = all.Redis, all.Memcached, all.Postgres, all.MariaDB
		return m.Run(), nil
	})
}
