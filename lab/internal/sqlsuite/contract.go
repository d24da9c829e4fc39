package sqlsuite

import (
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/lab/internal/peer"
	"github.com/coatcheck-go/session/storetest"
)

// testContract runs storetest on two pools of connections, also with settings
// that the documentation doesn't ask for.
func (d Database) testContract(t *testing.T) {
	for name, settings := range map[string]string{"recommended": "", "other": d.Settings} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := d
			set.Name += settings
			one, two := set.OpenDB(t), set.OpenDB(t)
			storetest.Run(t, func(t *testing.T) (a, b session.Store) {
				s, table := d.Open(t, one)
				return s, d.NewStore(t, two, table)
			})
		})
	}
}

// testRaces (R1, MB-01, MB-12): this process and another are one site.
func (d Database) testRaces(t *testing.T) {
	_, table := d.Open(t, d.OpenDB(t))
	store := d.Name + " " + table
	here, err := d.NewSite(store)
	must(t, err)
	racetest.Run(t, racetest.Site{racetest.Local(here), peer.Start(t, store)})
}

// damages are the columns that a table made by hand, without NOT NULL, may lack. A
// record that has lost its subject is found by it no more.
var damages = map[string]string{"version": "BIGINT", "expires": "BIGINT", "data": "LONGBLOB"}

// testDamaged runs storetest's cases about records that can't be read.
func (d Database) testDamaged(t *testing.T) {
	db := d.OpenDB(t)
	for column, kind := range damages {
		t.Run(column, func(t *testing.T) {
			lax := strings.NewReplacer("{column}", column, "{type}", kind).Replace(d.Lax)
			storetest.RunDamaged(t, func(t *testing.T) (session.Store, func(session.Key)) {
				s, table := d.Open(t, db)
				Execute(t, db, table, lax)
				return s, func(key session.Key) {
					Execute(t, db, table, `UPDATE {table} SET `+column+` = NULL WHERE id = `+d.Param, []byte(key))
				}
			})
		})
	}
}
