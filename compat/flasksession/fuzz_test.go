package flasksession

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/memkv"
)

// Whatever is stored is a session or an error; and a session that is written as a
// pickle, which has a form for every value, is the same when it is read again.
func FuzzStored(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.stored)
	}
	f.Add("\x83\x01\xa3one\xa8username\xa3ada\xa1a\x01")
	f.Fuzz(func(t *testing.T, stored string) {
		store := memkv.New()
		e := newEngine(t, Options{Store: store, Format: Pickle4})
		if len(stored) > kv.MaxValue {
			return
		}
		must(t, store.Add(t.Context(), key, stored, time.Hour))
		var s, again session.Snapshot
		err := e.Open(t.Context(), sid, &s)
		if err != nil {
			if !errors.Is(err, session.ErrBroken) && !errors.Is(err, session.ErrNotFound) {
				t.Fatal(err)
			}
			return
		}
		old, before := s, entries(s)
		s.Saved = time.Now()
		if _, err := e.Keep(t.Context(), &old, &s, 0); err != nil {
			t.Fatal(err)
		}
		must(t, e.Open(t.Context(), sid, &again))
		if after := entries(again); !slices.Equal(before, after) || s.Subject != again.Subject || s.Persistent != again.Persistent {
			t.Errorf("%q\nwant %q", after, before)
		}
	})
}

func entries(s session.Snapshot) (all []session.Value) {
	for name, raw := range s.Values.All() {
		all = append(all, session.Value{Key: name, Raw: raw})
	}
	return all
}

func TestSeeds(t *testing.T) {
	seeds, err := os.ReadDir("testdata/fuzz/FuzzStored")
	if err != nil || len(seeds) == 0 {
		t.Errorf("%d seeds, %v", len(seeds), err)
	}
}
