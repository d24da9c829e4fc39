// Package flasksession holds compat/flasksession to the real Flask-Session, the
// newest one and Debian's, each in a process of its own, on real servers.
package flasksession

import (
	"errors"
	"fmt"
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
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run runs the tests on servers of their own.
func run(m *testing.M) (code int, failed error) {
	for _, begin := range []struct {
		server **servers.Server
		start  func() (*servers.Server, error)
	}{
		{&redis, func() (*servers.Server, error) { return servers.Redis() }},
		{&memcached, servers.Memcached},
		{&postgres, servers.Postgres},
		{&mariadb, servers.MariaDB},
	} {
		server, err := begin.start()
		if err != nil {
			return 0, err
		}
		defer func() { failed = errors.Join(failed, server.Close()) }()
		*begin.server = server
	}
	return m.Run(), nil
}
