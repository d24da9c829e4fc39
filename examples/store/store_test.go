package store_test

import (
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/examples/store"
	"github.com/coatcheck-go/session/storetest"
)

func TestMap(t *testing.T) {
	storetest.Run(t, func(*testing.T) (a, b session.Store) {
		m := store.NewMap()
		return m, m
	})
}
