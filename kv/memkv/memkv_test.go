package memkv_test

import (
	"testing"
	"testing/synctest"

	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/kvtest"
	"github.com/coatcheck-go/session/kv/memkv"
)

func TestStore(t *testing.T) {
	kvtest.Run(t, func(*testing.T) (a, b kv.Store) {
		s := memkv.New()
		return s, s
	})
}

// A key that is used again after its time takes no room for the old value.
func TestExpiredIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memkv.New()
		if err := s.Add(t.Context(), "key", "value", 0); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(t.Context(), "key"); err == nil {
			t.Error("it is there")
		}
		if n := s.Held(); n != 0 {
			t.Errorf("%d values are held", n)
		}
	})
}
