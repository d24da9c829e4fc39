package faults

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/lab/internal/servers"
)

// A family is servers of which one takes the place of another, the first of which is a
// primary.
type family struct {
	start func() (*servers.Group, error)
	name  func(g *servers.Group) string // the store's
}

var families = map[string]family{
	"cluster": {servers.RedisCluster, func(g *servers.Group) string {
		return "cluster:" + strings.Join(g.Addresses(), ",")
	}},
	"sentinel": {servers.RedisSentinel, func(g *servers.Group) string { return "sentinel:" + g.Addresses()[2] }},
}

// A loss is a way to lose a primary, and to have it back.
type loss struct{ begin, heal func(*servers.Server) error }

var losses = map[string]loss{
	"killed":  {(*servers.Server).Kill, (*servers.Server).Start},
	"hanging": {(*servers.Server).Pause, (*servers.Server).Resume},
}

// TestMB05_Failover: a primary is lost, and its replica takes its place. Until then
// visitors get 503 or their own pages. What had reached the replica is there, and
// stays when the old primary is back.
func TestMB05_Failover(t *testing.T) {
	for name, f := range families {
		for how, l := range losses {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				f.suffer(t, l)
			})
		}
	}
}

func (f family) suffer(t *testing.T, l loss) {
	group, err := f.start()
	must(t, err)
	t.Cleanup(func() { must(t, group.Close()) })
	primary, s := group.Servers()[0], newSite(t, open(t, f.name(group)))
	visitors, left := s.crowd(t)
	replicated(t, group)
	must(t, l.begin(primary))
	t.Logf("recovered after %v", s.allServed(t, visitors, 1).Round(10*time.Millisecond))
	for _, v := range visitors {
		s.insist(t, v, "/count")
	}
	s.allServed(t, visitors, 2)
	must(t, l.heal(primary))
	s.allServed(t, visitors, 2)
	waitFor(t, primary.Address(), "role:slave", "master_link_status:up")
	s.allServed(t, visitors, 2)
	if p := s.ask(t, left, "/show"); p.Subject != "" {
		t.Errorf("who had signed out is back: %+v", p)
	}
}

// crowd signs in visitors on all servers, and one who leaves.
func (s *site) crowd(t *testing.T) (visitors []visitor, left visitor) {
	t.Helper()
	for i := range 12 {
		visitors = append(visitors, s.signIn(t, fmt.Sprint("visitor-", i)))
	}
	left = s.signIn(t, "left")
	s.insist(t, left, "/logout")
	return visitors, left
}

// allServed waits until everybody is served as who they are, who have counted so far,
// and tells how long it took.
func (s *site) allServed(t *testing.T, visitors []visitor, count int) time.Duration {
	t.Helper()
	begun := time.Now()
	for _, v := range visitors {
		if p, _ := s.recovers(t, v); p.Subject != v.name || p.Count < count {
			t.Errorf("%s sees %+v, want a count of %d", v.name, p, count)
		}
	}
	return time.Since(begun)
}

// replicated waits until the replicas have what the primaries have.
func replicated(t *testing.T, g *servers.Group) {
	t.Helper()
	for _, address := range g.Addresses() {
		info := command(t, address, "INFO")
		if !strings.Contains(info, "role:master") || strings.Contains(info, "redis_mode:sentinel") {
			continue
		}
		offset := field(info, "master_repl_offset:")
		begun := time.Now()
		for field(command(t, address, "INFO"), "offset=") < offset {
			if time.Since(begun) > patience {
				t.Fatal("a replica doesn't follow")
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// field returns the number behind a name.
func field(info, name string) (n int) {
	_, rest, _ := strings.Cut(info, name)
	_, _ = fmt.Sscan(strings.SplitN(rest, ",", 2)[0], &n) // 0 if it isn't there
	return n
}

// waitFor waits until a server says all these words of itself. It ends its connections
// when its part changes.
func waitFor(t *testing.T, address string, words ...string) {
	t.Helper()
	for _, word := range words {
		begun := time.Now()
		for said := ""; !strings.Contains(said, word); time.Sleep(50 * time.Millisecond) {
			said, _ = try(t.Context(), address, "INFO", "replication")
			if time.Since(begun) > patience {
				t.Fatalf("%s isn't so after %v", word, patience)
			}
		}
	}
}
