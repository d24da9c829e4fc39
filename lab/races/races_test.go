package races

import (
	"testing"

	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/lab/internal/peer"
)

// TestSQLite (R1, MB-01, MB-12): two handles of one database in one process.
func TestSQLite(t *testing.T) {
	t.Parallel()
	store := newDatabase(t)
	racetest.Run(t, racetest.Site{local(t, store), local(t, store)})
}

// TestTwoProcesses (R1, MB-01, MB-12): this process and another are one site.
func TestTwoProcesses(t *testing.T) {
	for name, newStore := range map[string]func(*testing.T) string{
		"file": newFolder, "sqlite": newDatabase,
		"redis": newRedis, "sentinel": newSentinel, "cluster": newCluster,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := newStore(t)
			s := racetest.Site{local(t, store), peer.Start(t, store)}
			racetest.Run(t, s)
			racetest.RunMore(t, s)
		})
	}
}
