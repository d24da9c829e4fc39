// Package memcached tests memcachestore, and package cached over it, on real
// servers.
package memcached

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"

	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/lab/internal/peer"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/memcachestore"
)

// three are the addresses of the servers of all tests, but those that stop one.
var three []string

func TestMain(m *testing.M) {
	if peer.Main(newSite) {
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
	for range 3 {
		server, err := servers.Memcached()
		if err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		three = append(three, server.Address())
	}
	return m.Run(), nil
}

// newClient returns a client as a process has one.
func newClient(t *testing.T, addresses ...string) *memcache.Client {
	t.Helper()
	client := memcache.New(addresses...)
	client.MaxIdleConns = 32         // more than the contenders of a race
	client.Timeout = 5 * time.Second // on a busy machine the server may have to wait for its turn
	t.Cleanup(func() { must(t, client.Close()) })
	return client
}

func newStore(t *testing.T, client *memcache.Client, prefix string) *memcachestore.Store {
	t.Helper()
	s, err := memcachestore.New(client, memcachestore.Options{Prefix: prefix})
	must(t, err)
	return s
}

func newKV(t *testing.T, client *memcache.Client, prefix string) kv.Store {
	t.Helper()
	s, err := memcachestore.NewKV(client, memcachestore.Options{Prefix: prefix})
	must(t, err)
	return s
}

var prefixes atomic.Int32

// newPrefix keeps a case apart from all others.
func newPrefix() string { return fmt.Sprintf("case-%d:", prefixes.Add(1)) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
