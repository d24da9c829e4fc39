// Package redis tests package redisstore on real servers: one alone, a cluster,
// one with Sentinel, and one that speaks TLS and has users with few rights.
package redis

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/redisstore"
)

// The servers of all tests.
var (
	alone    *servers.Server
	cluster  *servers.Group
	sentinel *servers.Group
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run runs the tests on servers of their own.
func run(m *testing.M) (code int, err error) {
	if alone, err = servers.Redis(); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, alone.Close()) }()
	if cluster, err = servers.RedisCluster(); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, cluster.Close()) }()
	if sentinel, err = servers.RedisSentinel(); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, sentinel.Close()) }()
	return m.Run(), nil
}

// option is what the documentation of redisstore recommends for all clients.
func option(addresses ...string) rueidis.ClientOption {
	return rueidis.ClientOption{
		InitAddress:      addresses,
		DisableCache:     true,
		AlwaysPipelining: true,
		ConnWriteTimeout: 3 * time.Second,
	}
}

func aloneOption() rueidis.ClientOption { return singleOption(alone.Address()) }

func singleOption(address string) rueidis.ClientOption {
	o := option(address)
	o.ForceSingleClient = true
	return o
}

func clusterOption() rueidis.ClientOption { return option(cluster.Addresses()...) }

func sentinelOption() rueidis.ClientOption {
	o := option(sentinel.Servers()[2].Address())
	o.Sentinel = rueidis.SentinelOption{MasterSet: servers.SentinelMaster, TopologyRefreshInterval: 5 * time.Second}
	return o
}

// newClient returns a client of its own, as a process has.
func newClient(tb testing.TB, o rueidis.ClientOption) rueidis.Client {
	tb.Helper()
	client, err := rueidis.NewClient(o)
	must(tb, err)
	tb.Cleanup(client.Close)
	return client
}

var prefixes atomic.Int64

// newPrefix returns one that no store has yet. It has signs in it that mean something
// in patterns.
func newPrefix() string { return fmt.Sprintf("test*[%d]:", prefixes.Add(1)) }

func newStore(tb testing.TB, client rueidis.Client, prefix string) *redisstore.Store {
	tb.Helper()
	s, err := redisstore.New(client, redisstore.Options{Prefix: prefix})
	must(tb, err)
	return s
}

func newCluster(tb testing.TB, client rueidis.Client, prefix string) *redisstore.ClusterStore {
	tb.Helper()
	s, err := redisstore.NewCluster(client, redisstore.Options{Prefix: prefix})
	must(tb, err)
	return s
}

// do sends a command of a few words.
func do(tb testing.TB, client rueidis.Client, words ...string) rueidis.RedisResult {
	tb.Helper()
	result := client.Do(tb.Context(), client.B().Arbitrary(words...).Build())
	if err := result.Error(); err != nil && !rueidis.IsRedisNil(err) {
		tb.Fatalf("%s: %v", strings.Join(words[:1], " "), err)
	}
	return result
}

const key = session.Key("0123456789abcdef0123456789abcdef")

// record returns a live one.
func record(data string) session.Record {
	return session.Record{Data: data, Subject: "somebody", Expires: time.Now().Add(time.Hour).Truncate(time.Millisecond)}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// newServer starts one for a single test.
func newServer(tb testing.TB, settings ...string) *servers.Server {
	tb.Helper()
	s, err := servers.Redis(settings...)
	must(tb, err)
	tb.Cleanup(func() { must(tb, s.Close()) })
	return s
}
