package memstore_test

import (
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) (a, b session.Store) {
		s := memstore.New(memstore.Options{})
		return s, s
	})
}
