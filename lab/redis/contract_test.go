package redis

import (
	"strings"
	"testing"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/kvtest"
	"github.com/coatcheck-go/session/redisstore"
	"github.com/coatcheck-go/session/storetest"
)

func TestAlone(t *testing.T)    { testContract(t, aloneOption()) }
func TestSentinel(t *testing.T) { testContract(t, sentinelOption()) }

// testContract gives two processes a store.
func testContract(t *testing.T, o rueidis.ClientOption) {
	one, two := newClient(t, o), newClient(t, o)
	storetest.Run(t, func(t *testing.T) (a, b session.Store) {
		prefix := newPrefix()
		return newStore(t, one, prefix), newStore(t, two, prefix)
	})
}

func TestCluster(t *testing.T) {
	one, two := newClient(t, clusterOption()), newClient(t, clusterOption())
	storetest.Run(t, func(t *testing.T) (a, b session.Store) {
		prefix := newPrefix()
		return newCluster(t, one, prefix), newCluster(t, two, prefix)
	})
}

// damages make of a record something else.
var damages = map[string]func(t *testing.T, client rueidis.Client, name string){
	"cut":       func(t *testing.T, c rueidis.Client, name string) { do(t, c, "SET", name, "\x01234", "KEEPTTL") },
	"newer":     func(t *testing.T, c rueidis.Client, name string) { do(t, c, "SETRANGE", name, "0", "\x02") },
	"subject":   func(t *testing.T, c rueidis.Client, name string) { do(t, c, "SETRANGE", name, "17", "\xff") },
	"empty":     func(t *testing.T, c rueidis.Client, name string) { do(t, c, "SET", name, "") },
	"otherType": toList,
}

func toList(t *testing.T, c rueidis.Client, name string) {
	do(t, c, "DEL", name)
	do(t, c, "RPUSH", name, "one")
}

func TestDamaged(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, aloneOption())
			storetest.RunDamaged(t, func(t *testing.T) (session.Store, func(session.Key)) {
				prefix := newPrefix()
				return newStore(t, client, prefix), func(key session.Key) { damage(t, client, prefix+"s:"+string(key)) }
			})
		})
	}
}

func TestDamagedInCluster(t *testing.T) {
	client := newClient(t, clusterOption())
	storetest.RunDamaged(t, func(t *testing.T) (session.Store, func(session.Key)) {
		prefix := newPrefix()
		return newCluster(t, client, prefix), func(key session.Key) { toList(t, client, prefix+"s:"+string(key)) }
	})
}

func TestKV(t *testing.T) {
	t.Parallel() // it waits for times to pass
	for name, o := range map[string]rueidis.ClientOption{"alone": aloneOption(), "cluster": clusterOption()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, two := newClient(t, o), newClient(t, o)
			kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
				prefix := newPrefix()
				return newKV(t, one, prefix), newKV(t, two, prefix)
			})
		})
	}
}

func newKV(t *testing.T, client rueidis.Client, prefix string) *redisstore.KV {
	t.Helper()
	s, err := redisstore.NewKV(client, redisstore.Options{Prefix: prefix})
	must(t, err)
	return s
}

// A client of the wrong kind, and none, are told at once.
func TestNew(t *testing.T) {
	alone, cluster := newClient(t, aloneOption()), newClient(t, clusterOption())
	store := func(c rueidis.Client, o redisstore.Options) error {
		_, err := redisstore.New(c, o)
		return err
	}
	clusterStore := func(c rueidis.Client, o redisstore.Options) error {
		_, err := redisstore.NewCluster(c, o)
		return err
	}
	kvs := func(c rueidis.Client, o redisstore.Options) error {
		_, err := redisstore.NewKV(c, o)
		return err
	}
	bus := func(c rueidis.Client, o redisstore.Options) error {
		_, err := redisstore.NewBus(c, o)
		return err
	}
	for name, c := range map[string]struct {
		made func(rueidis.Client, redisstore.Options) error
		with rueidis.Client
		o    redisstore.Options
		want string
	}{
		"store of a cluster":  {store, cluster, redisstore.Options{}, "take NewCluster"},
		"cluster of a server": {clusterStore, alone, redisstore.Options{}, "take New"},
		"store of nothing":    {store, nil, redisstore.Options{}, "no client"},
		"cluster of nothing":  {clusterStore, nil, redisstore.Options{}, "no client"},
		"KV of nothing":       {kvs, nil, redisstore.Options{}, "no client"},
		"bus of nothing":      {bus, nil, redisstore.Options{}, "no client"},
		"no time":             {store, alone, redisstore.Options{Timeout: -1}, "negative timeout"},
	} {
		if err := c.made(c.with, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
