package filestore_test

import (
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/filestore"
	"github.com/coatcheck-go/session/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (a, b session.Store) {
		dir := t.TempDir()
		return open(t, dir), open(t, dir)
	})
}

func open(t *testing.T, dir string) *filestore.Store {
	t.Helper()
	s, err := filestore.Open(dir, filestore.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
