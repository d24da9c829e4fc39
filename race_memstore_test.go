package session_test

import (
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/memstore"
)

// TestRacesMemstore runs the races (R1, MB-01, MB-12) with memstore.
func TestRacesMemstore(t *testing.T) {
	parallel(t)
	store := memstore.New(memstore.Options{})
	s := raceSite(t, store, store)
	racetest.Run(t, s)
	racetest.RunMore(t, s)
}

// raceSite returns a site of two processes, as far as they share nothing but the
// store.
func raceSite(t *testing.T, stores ...session.Store) (s racetest.Site) {
	for i, store := range stores {
		site, err := racetest.NewSite(store)
		if err != nil {
			t.Fatal(err)
		}
		s[i] = racetest.Local(site)
	}
	return s
}
