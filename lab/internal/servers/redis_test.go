package servers

import (
	"errors"
	"net"
	"os"
	"strings"
	"testing"
)

// A group is whole when it has been started, and leaves nothing behind.
func TestGroups(t *testing.T) {
	for name, c := range map[string]struct {
		start         func() (*Group, error)
		servers       int
		command, want string // of the last one
	}{
		"cluster":  {RedisCluster, 6, "CLUSTER INFO", "cluster_known_nodes:6"},
		"sentinel": {RedisSentinel, 3, "SENTINEL MASTERS", "num-slaves\r\n$1\r\n1"},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := c.start()
			if err != nil {
				t.Fatal(err)
			}
			all := g.Servers()
			if len(all) != c.servers {
				t.Fatalf("%d servers, want %d", len(all), c.servers)
			}
			if answer, err := all[len(all)-1].ask(t.Context(), c.command); err != nil || !strings.Contains(answer, c.want) {
				t.Errorf("%s: %q (%v), want %q", c.command, answer, err, c.want)
			}
			if err := g.Close(); err != nil {
				t.Error(err)
			}
			for _, s := range all {
				_, dialed := net.Dial("tcp", s.Address())
				_, there := os.Stat(s.folder)
				if dialed == nil || !os.IsNotExist(there) {
					t.Errorf("%s: it is there (%v)", s.kind.name, there)
				}
			}
		})
	}
}

// What has been started of a group ends when the rest can't be.
func TestGroupThatFails(t *testing.T) {
	var first *Server
	_, err := grown("pair", func(g *Group) (err error) {
		if first, err = g.add(redisKind("redis", nil)); err != nil {
			return err
		}
		_, err = g.add(redisKind("redis", []string{"--no-such-setting", "1"}))
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "no-such-setting") {
		t.Errorf("%v, want the server's own words", err)
	}
	if _, there := os.Stat(first.folder); !errors.Is(there, os.ErrNotExist) {
		t.Errorf("the first one's folder is there: %v", there)
	}
}
