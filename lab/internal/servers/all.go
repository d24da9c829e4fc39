package servers

import (
	"errors"
	"fmt"
	"os"
)

// All is one server of each kind.
type All struct{ Redis, Memcached, Postgres, MariaDB *Server }

// StartAll starts them. If durable, the databases write to the disk at each commit.
func StartAll(durable bool) (*All, error) {
	postgres, mariadb := Postgres, MariaDB
	if durable {
		postgres, mariadb = PostgresDurable, MariaDBDurable
	}
	all := &All{}
	for _, begin := range []struct {
		server **Server
		start  func() (*Server, error)
	}{
		{&all.Redis, func() (*Server, error) { return Redis() }},
		{&all.Memcached, Memcached},
		{&all.Postgres, postgres},
		{&all.MariaDB, mariadb},
	} {
		server, err := begin.start()
		if err != nil {
			return nil, errors.Join(err, all.Close())
		}
		*begin.server = server
	}
	return all, nil
}

// Close closes those that were started.
func (a *All) Close() (err error) {
	for _, server := range []*Server{a.Redis, a.Memcached, a.Postgres, a.MariaDB} {
		if server != nil {
			err = errors.Join(err, server.Close())
		}
	}
	return err
}

// Main is for TestMain: it runs the tests on servers of their own, and ends the process
// with what they return.
func Main(durable bool, tests func(*All) (code int, err error)) {
	code, err := runOnAll(durable, tests)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runOnAll(durable bool, tests func(*All) (code int, err error)) (code int, err error) {
	all, err := StartAll(durable)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, all.Close()) }()
	return tests(all)
}
