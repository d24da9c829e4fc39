package redis

import (
	"net"
	"strings"
	"testing"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session/redisstore"
)

// Check says what is wrong with a server, and none of its addresses or secrets.
func TestCheck(t *testing.T) {
	const password = "a secret of the server"
	locked, small := newServer(t, "--requirepass", password), newServer(t, "--maxmemory", "100kb")
	replica := newServer(t, "--replicaof", strings.Replace(alone.Address(), ":", " ", 1))
	broken := newServer(t, "--min-replicas-to-write", "1")
	poor := newServer(t)
	do(t, newClient(t, singleOption(poor.Address())), "ACL", "SETUSER", "default", "-zadd")
	wrong := singleOption(locked.Address())
	wrong.Password = "another secret"
	for name, c := range map[string]struct {
		o    rueidis.ClientOption
		want string
	}{
		"well":           {aloneOption(), ""},
		"sentinel":       {sentinelOption(), ""},
		"no password":    {singleOption(locked.Address()), "wants a password"},
		"wrong password": {wrong, "password is wrong"},
		"few rights":     {singleOption(poor.Address()), "lacks a right"},
		"replica":        {singleOption(replica.Address()), "is a replica"},
		"full":           {singleOption(small.Address()), "memory is full"},
		"no replicas":    {singleOption(broken.Address()), "fewer replicas"},
		"of a cluster":   {singleOption(cluster.Addresses()[0]), "one of a cluster"},
		"nobody":         {singleOption(nobody(t)), "no answer"},
	} {
		t.Run(name, func(t *testing.T) {
			err := check(t, c.o)
			if c.want == "" {
				must(t, err)
				return
			}
			if err == nil || isSentinel(err) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Error("the error holds a secret")
			}
		})
	}
}

// check makes a client that is there even if its server can't be reached.
func check(t *testing.T, o rueidis.ClientOption) error {
	t.Helper()
	client, err := rueidis.NewClient(o)
	if client == nil {
		t.Fatal(err)
	}
	defer client.Close()
	s, err := redisstore.New(client, redisstore.Options{})
	must(t, err)
	return s.Check(t.Context())
}

// nobody returns an address where no server is.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	return l.Addr().String()
}

// Check takes away what it has written.
func TestCheckLeavesNothing(t *testing.T) {
	o := singleOption(newServer(t).Address())
	must(t, check(t, o))
	if n, err := do(t, newClient(t, o), "DBSIZE").AsInt64(); n > 1 || err != nil {
		t.Errorf("%d keys are there (%v), want an index at most, that expires", n, err)
	}
}

func TestCheckOfCluster(t *testing.T) {
	must(t, newCluster(t, newClient(t, clusterOption()), newPrefix()).Check(t.Context()))
}
