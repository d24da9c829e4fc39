package sqlite

import (
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (a, b session.Store) {
		file := newFile(t)
		return open(t, file), open(t, file)
	})
}

// One connection is what an in-memory database needs. A store that held one and
// waited for another would hang here.
func TestStoreInMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (a, b session.Store) {
		db := openDB(t, ":memory:", "")
		db.SetMaxOpenConns(1)
		s := newStore(t, db, "")
		must(t, s.CreateSchema(t.Context()))
		return s, s
	})
}
