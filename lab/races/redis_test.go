package races

import (
	"strings"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/servers"
)

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
