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
var redis, memcached *servers.Server

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
func run(m *testing.M) (code int, err error) {
	if redis, err = servers.Redis(); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, redis.Close()) }()
	if memcached, err = servers.Memcached(); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, memcached.Close()) }()
	return m.Run(), nil
}
