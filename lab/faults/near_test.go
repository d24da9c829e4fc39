package faults

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/lab/internal/stores"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/pgbus"
	"github.com/coatcheck-go/session/redisstore"
)

// lease is shorter than limit, for a write may have to wait for one.
const lease = limit / 4

// buses are those over the servers of backends.
var buses = map[string]func(t *testing.T, s *servers.Server, address string) (nearcache.Bus, error){
	"redis": func(t *testing.T, _ *servers.Server, address string) (nearcache.Bus, error) {
		o := stores.RedisOption(limit, address)
		o.ForceSingleClient = true
		client, err := rueidis.NewClient(o)
		must(t, err)
		t.Cleanup(client.Close)
		return redisstore.NewBus(client, redisstore.Options{Timeout: limit})
	},
	"postgres": func(t *testing.T, s *servers.Server, address string) (nearcache.Bus, error) {
		pool, err := pgxpool.New(t.Context(), strings.Replace(s.PostgresURL("coatcheck"), s.Address(), address, 1))
		must(t, err)
		t.Cleanup(pool.Close)
		return pgbus.New(pool, pgbus.Options{Timeout: limit})
	},
}

// A nearby is a site with a near cache, whose bus goes through a proxy of its own.
type nearby struct {
	*site
	cache *nearcache.Store
	bus   proxy
}

func newNearby(t *testing.T, name string, server *servers.Server) *nearby {
	t.Helper()
	p := newProxy(t, server.Address())
	bus, err := buses[name](t, server, p.Listen)
	must(t, err)
	cache, err := nearcache.New(open(t, backends[name].name(server)), nearcache.Options{Bus: bus, Lease: lease})
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = cache.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	must(t, cache.Ready(t.Context()))
	return &nearby{newSite(t, cache), cache, p}
}

// knows lets the site have the visitor's session in its cache.
func (n *nearby) knows(t *testing.T, v visitor) {
	t.Helper()
	begun := time.Now()
	for hits := n.cache.Stats().Hits; n.cache.Stats().Hits == hits; {
		if p := n.ask(t, v, "/show"); p.status != http.StatusOK || p.Subject != v.name {
			t.Fatalf("%s sees %d, %+v", v.name, p.status, p)
		}
		if time.Since(begun) > patience {
			t.Fatal("the cache isn't used")
		}
	}
}

// serving waits until the cache is used, or isn't.
func (n *nearby) serving(t *testing.T, want bool) time.Duration {
	t.Helper()
	begun := time.Now()
	for n.cache.Stats().InService != want {
		if time.Since(begun) > patience {
			t.Fatalf("after %v it isn't %v that the cache is used", patience, want)
		}
		time.Sleep(time.Millisecond)
	}
	return time.Since(begun)
}

// twoNearby are two processes of a site.
func twoNearby(t *testing.T, name string) (server *servers.Server, one, two *nearby) {
	t.Helper()
	server, err := backends[name].start()
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	return server, newNearby(t, name, server), newNearby(t, name, server)
}

// The ways to lose what the bus says.
const (
	cut       = "cut"
	swallowed = "swallowed"
)

func (n *nearby) lose(how string) (heal func() error, err error) {
	if how == cut {
		n.bus.Stop()
		return n.bus.Start, nil
	}
	return n.bus.poison("timeout", `{"timeout": 0}`)
}

// eachBus runs a test with two processes on each kind of bus, and each way to lose it.
func eachBus(t *testing.T, test func(t *testing.T, how string, writer, reader *nearby)) {
	for name := range buses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, writer, reader := twoNearby(t, name)
			for _, how := range []string{cut, swallowed} {
				t.Run(how, func(t *testing.T) { test(t, how, writer, reader) })
			}
		})
	}
}

// seen checks what a visitor sees: a name, or "" for the page of nobody.
func (n *nearby) seen(t *testing.T, v visitor, name string) {
	t.Helper()
	if p := n.ask(t, v, "/show"); p.status != http.StatusOK || p.Subject != name {
		t.Errorf("%s sees %d, %+v, want %q", v.name, p.status, p, name)
	}
}

// leaves checks how a logout is answered.
func (n *nearby) leaves(t *testing.T, v visitor, status int) {
	t.Helper()
	if p := n.ask(t, v, "/logout"); p.status != status || (p.retryAfter != "") != (status != http.StatusOK) {
		t.Errorf("a logout is answered %d, Retry-After %q, want %d", p.status, p.retryAfter, status)
	}
}

// TestR13_ReaderIsDeaf: a process that has a session in its cache doesn't hear the bus
// any more, when another process ends it. Its next request is refused.
func TestR13_ReaderIsDeaf(t *testing.T) {
	eachBus(t, func(t *testing.T, how string, writer, reader *nearby) {
		v := writer.signIn(t, "visitor")
		reader.knows(t, v)
		heal, err := reader.lose(how)
		must(t, err)
		writer.leaves(t, v, http.StatusOK)
		reader.seen(t, v, "")
		other := writer.signIn(t, "other")
		reader.seen(t, other, other.name) // from the store
		must(t, heal())
		t.Logf("the cache is used again after %v", reader.serving(t, true).Round(time.Millisecond))
	})
}

// TestR13_WriterIsMute: what can't be announced isn't done, so nobody is told that it
// was. When the bus is back it is.
func TestR13_WriterIsMute(t *testing.T) {
	eachBus(t, func(t *testing.T, how string, writer, reader *nearby) {
		v := writer.signIn(t, "visitor")
		reader.knows(t, v)
		heal, err := writer.lose(how)
		must(t, err)
		writer.leaves(t, v, http.StatusServiceUnavailable)
		reader.seen(t, v, v.name)
		must(t, heal())
		writer.serving(t, true)
		writer.leaves(t, v, http.StatusOK)
		reader.seen(t, v, "")
	})
}

// TestR13_ServerHangs: with the server the bus hangs, too. What is in a cache is served
// for a lease, in which nobody can end it, and then everybody gets 503.
func TestR13_ServerHangs(t *testing.T) {
	for name := range buses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, writer, reader := twoNearby(t, name)
			v := writer.signIn(t, "visitor")
			reader.knows(t, v)
			must(t, server.Pause())
			writer.leaves(t, v, http.StatusServiceUnavailable)
			reader.serving(t, false)
			if p := reader.ask(t, v, "/show"); p.status != http.StatusServiceUnavailable || p.retryAfter == "" {
				t.Errorf("after the lease: %d, %+v", p.status, p)
			}
			must(t, server.Resume())
			_, served := reader.recovers(t, v)
			t.Logf("served again after %v, from the cache after %v", served.Round(time.Millisecond), reader.serving(t, true).Round(time.Millisecond))
			writer.recovers(t, v)
			writer.leaves(t, v, http.StatusOK)
			reader.seen(t, v, "")
		})
	}
}
