package django

import (
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

const benchmarked = `{"cart":[1,2,3],"_auth_user_id":"7","_auth_user_backend":"` + modelBackend + `","theme":"dark","_csrftoken":"abcdefghijklmnopqrstuvwxyzABCDEF"}`

func BenchmarkOpen(b *testing.B) {
	d := newDB(b, Options{})
	key := d.put(benchmarked)
	for b.Loop() {
		var s session.Snapshot
		check(b, d.e.Open(b.Context(), key, &s))
	}
}

func BenchmarkKeep(b *testing.B) {
	d := newDB(b, Options{})
	key := d.put(benchmarked)
	var s session.Snapshot
	check(b, d.e.Open(b.Context(), key, &s))
	for b.Loop() {
		next := s
		next.Saved = time.Now()
		if _, err := d.e.Keep(b.Context(), &s, &next, 0); err != nil {
			b.Fatal(err)
		}
		s = next
	}
}
