package flasksession

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/flasksession"
	"github.com/coatcheck-go/session/kv/memkv"
	"github.com/coatcheck-go/session/lab/python/peer"
)

// What CPython pickles, of values of every kind, small and large, Go reads and writes
// again to the same bytes.
func TestPickles(t *testing.T) {
	protocols := map[string]compat.Format{"0": compat.Pickle0, "4": compat.Pickle4, "5": compat.Pickle5}
	eachFlask(t, func(t *testing.T, f *peer.Tester, _ bool) {
		for seed := range rounds {
			var pickles map[string]string
			f.Ask(map[string]any{"op": "dumps", "seed": seed}, &pickles)
			for protocol, format := range protocols {
				want, err := hex.DecodeString(pickles[protocol])
				check(t, err)
				if len(want) > 900<<10 {
					t.Fatalf("seed %d: %d bytes", seed, len(want))
				}
				compare(t, seed, protocol, again(t, string(want), format), string(want))
			}
		}
	})
}

// again reads a session, and writes it in the format.
func again(t *testing.T, stored string, format compat.Format) string {
	t.Helper()
	const token = "Wp7Jc_ltnAKqkKrVaWDGgc8ybgrDnuAvXWHnQg1Io7E"
	store := memkv.New()
	check(t, store.Add(t.Context(), token, stored, time.Hour))
	e, err := compat.New(compat.Options{Store: store, Prefix: "-", Format: format})
	check(t, err)
	var s session.Snapshot
	check(t, e.Open(t.Context(), token, &s))
	old := s
	s.Saved = time.Now()
	_, err = e.Keep(t.Context(), &old, &s, 0)
	check(t, err)
	written, err := store.Get(t.Context(), token)
	check(t, err)
	return written
}

func compare(t *testing.T, seed int, protocol, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	from := max(0, at-100)
	t.Fatalf("seed %d, protocol %s: %d bytes, want %d; from byte %d on\n%q\n%q", seed, protocol, len(got), len(want), from,
		got[from:min(len(got), at+50)], want[from:min(len(want), at+50)])
}
