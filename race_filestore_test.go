package session_test

import (
	"testing"

	"github.com/coatcheck-go/session/filestore"
	"github.com/coatcheck-go/session/internal/racetest"
)

// TestRacesFilestore runs the races (R1, MB-01, MB-12) with two stores on one folder.
func TestRacesFilestore(t *testing.T) {
	parallel(t)
	dir := t.TempDir()
	open := func() *filestore.Store {
		store, err := filestore.Open(dir, filestore.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	}
	racetest.Run(t, raceSite(t, open(), open()))
}
