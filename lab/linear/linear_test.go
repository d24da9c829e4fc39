package linear

import (
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/lab/internal/peer"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/nearcache"
)

// TestLinearizable (R1, R13, MB-01, MB-12): once an end, a rotation or an end of all has
// returned, no later load answers a session that is dead; and of several writes over
// one read, one succeeds.
func TestLinearizable(t *testing.T) {
	for name, c := range map[string]struct {
		start func(*testing.T) (store string)
		hurry int
	}{
		"redis":    {startRedis, often},
		"cluster":  {startCluster, often},
		"postgres": {startPostgres, often},
		// Where it isn't known whether a write was done, a near cache isn't used for long.
		"near cache": {func(t *testing.T) string { return near + startRedis(t) }, seldom},
	} {
		t.Run(name, func(t *testing.T) {
			store := c.start(t)
			here, err := newAgent(store)
			must(t, err)
			subjects := run(t, c.hurry, racetest.Local(here), peer.Start(t, store))
			if bad := check(t, subjects); bad != nil {
				t.Errorf("this can't be:\n%v", bad)
			}
			tell(t, subjects)
			tellCache(t, here.(agent).store)
		})
	}
}

// tell tells how much was checked, and sees to it that it was enough.
func tell(t *testing.T, subjects []*subject) {
	t.Helper()
	calls, unsure := map[string]int{}, 0
	for _, s := range subjects {
		unsure += s.unsure
		for _, o := range s.history {
			calls[o.Input.(call).Act+" "+o.Output.(result).Code]++
		}
	}
	const made = 2 * clients * each
	t.Logf("%d calls of %d subjects, %d of unknown outcome: %v", made, len(subjects), unsure, calls)
	if unsure == 0 || unsure > made/4 {
		t.Errorf("the outcome of %d calls of %d isn't known", unsure, made)
	}
	for _, act := range []string{load, update, rotate, create, end, remove, endAll} {
		if calls[act+" "+ok] < 50 {
			t.Errorf("hardly any call of %q has succeeded", act)
		}
	}
}

// tellCache sees to it that a cache was used, if there is one.
func tellCache(t *testing.T, s session.Store) {
	t.Helper()
	cache, ok := s.(*nearcache.Store)
	if !ok {
		return
	}
	stats := cache.Stats()
	t.Logf("%d loads were answered from the cache of this process, %d were not", stats.Hits, stats.Misses)
	if stats.Hits < 50 {
		t.Error("the cache was hardly used")
	}
}

func startRedis(t *testing.T) string {
	server, err := servers.Redis()
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	return "redis:" + server.Address()
}

func startCluster(t *testing.T) string {
	group, err := servers.RedisCluster()
	must(t, err)
	t.Cleanup(func() { must(t, group.Close()) })
	return "cluster:" + strings.Join(group.Addresses(), ",")
}

func startPostgres(t *testing.T) string {
	server, err := servers.Postgres()
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	return "postgres:" + server.PostgresURL("coatcheck")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
