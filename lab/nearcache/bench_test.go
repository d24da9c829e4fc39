package nearcache

import (
	"context"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/nearcache"
)

// BenchmarkTouch writes to the store itself, and through a near cache that is the only
// one, or has to wait for another.
func BenchmarkTouch(b *testing.B) {
	for name, back := range backends {
		b.Run(name+"/base", func(b *testing.B) {
			base, _, err := back.open(b.Context(), back.address(back.server))
			must(b, err)
			touch(b, base.(able))
		})
		for others, how := range []string{"alone", "two"} {
			b.Run(name+"/"+how, func(b *testing.B) {
				near := inService(b, back)
				for range others {
					inService(b, back)
				}
				touch(b, near)
			})
		}
	}
}

func inService(b *testing.B, back *backend) *nearcache.Store {
	b.Helper()
	near, err := openNear(context.Background(), back, back.address(back.server), 0)
	must(b, err)
	runNear(b, near)
	return near
}

func touch(b *testing.B, s session.Toucher) {
	b.Helper()
	key, rec := newKey(), session.Record{Data: "one", Expires: time.Now().Add(time.Hour)}
	version, err := s.Create(b.Context(), key, rec)
	must(b, err)
	rec.Version = version
	for b.Loop() {
		if err := s.Touch(b.Context(), key, rec, rec.Expires); err != nil {
			b.Fatal(err)
		}
	}
}
