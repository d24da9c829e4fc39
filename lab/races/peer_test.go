package races

import (
	"os"
	"testing"

	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/lab/internal/peer"
)

func TestMain(m *testing.M) {
	if !peer.Main(newSite) {
		os.Exit(m.Run())
	}
}

// local returns a node in this process.
func local(t *testing.T, store string) racetest.Node {
	t.Helper()
	site, err := newSite(store)
	if err != nil {
		t.Fatal(err)
	}
	return racetest.Local(site)
}
