package filestore_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
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

func TestDamaged(t *testing.T) {
	storetest.RunDamaged(t, func(t *testing.T) (session.Store, func(session.Key)) {
		dir := t.TempDir()
		return open(t, dir), func(key session.Key) {
			name := fmt.Sprintf("%x", sha256.Sum256([]byte(key)))
			if err := os.Truncate(filepath.Join(dir, name[:2], name), 50); err != nil {
				t.Fatal(err)
			}
		}
	})
}
