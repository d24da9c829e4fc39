package races

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/redisstore"
)

// openRedis opens a store on Redis as the documentation of redisstore recommends. The
// time is for hundreds of requests at once, on a busy machine.
func openRedis(kind, addresses string) (session.Store, error) {
	client, err := rueidis.NewClient(option(kind, strings.Split(addresses, ",")))
	if err != nil {
		return nil, err
	}
	o := redisstore.Options{Timeout: time.Minute}
	if kind == "cluster" {
		return redisstore.NewCluster(client, o)
	}
	return redisstore.New(client, o)
}

func option(kind string, addresses []string) rueidis.ClientOption {
	o := rueidis.ClientOption{
		InitAddress: addresses, DisableCache: true, AlwaysPipelining: true, ConnWriteTimeout: 20 * time.Second,
	}
	switch kind {
	case "redis":
		o.ForceSingleClient = true
	case "sentinel":
		o.Sentinel.MasterSet = servers.SentinelMaster
	}
	return o
}

func newRedis(t *testing.T) string {
	server, err := servers.Redis()
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	return "redis:" + server.Address()
}

func newSentinel(t *testing.T) string {
	group := newGroup(t, servers.RedisSentinel)
	return "sentinel:" + group.Addresses()[2]
}

func newCluster(t *testing.T) string {
	group := newGroup(t, servers.RedisCluster)
	return "cluster:" + strings.Join(group.Addresses(), ",")
}

func newGroup(t *testing.T, start func() (*servers.Group, error)) *servers.Group {
	t.Helper()
	group, err := start()
	must(t, err)
	t.Cleanup(func() { must(t, group.Close()) })
	return group
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
