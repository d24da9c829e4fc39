package sqlsuite

import (
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/lab/internal/peer"
	"github.com/coatcheck-go/session/storetest"
)

// TestContract runs storetest on two pools of connections.
func (d Database) TestContract(t *testing.T) {
	one, two := d.OpenDB(t), d.OpenDB(t)
	storetest.Run(t, func(t *testing.T) (a, b session.Store) {
		s, table := d.Open(t, one)
		return s, d.NewStore(t, two, table)
	})
}

// TestRaces (R1, MB-01, MB-12): this process and another are one site.
func (d Database) TestRaces(t *testing.T) {
	_, table := d.Open(t, d.OpenDB(t))
	store := d.Name + " " + table
	here, err := d.NewSite(store)
	must(t, err)
	site := racetest.Site{racetest.Local(here), peer.Start(t, store)}
	racetest.Run(t, site)
	racetest.RunMore(t, site)
}
