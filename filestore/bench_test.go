package filestore

import (
	"strings"
	"testing"
	"time"
)

// The figures are those of the disk that holds the temporary files; on one in
// memory, syncing is free. Without syncing, ext4 still starts to write the
// data when a file takes another's place (auto_da_alloc).
func BenchmarkLoad(b *testing.B) {
	s := benchStore(b, Options{})
	if _, err := s.Create(b.Context(), "key", in(time.Hour, strings.Repeat("x", 2048), "alice")); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Load(b.Context(), "key"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	for name, o := range map[string]Options{"sync": {}, "nosync": {NoSync: true}} {
		b.Run(name, func(b *testing.B) {
			s := benchStore(b, o)
			rec := in(time.Hour, strings.Repeat("x", 2048), "alice")
			var err error
			if rec.Version, err = s.Create(b.Context(), "key", rec); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if rec.Version, err = s.Update(b.Context(), "key", rec, rec); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchStore(b *testing.B, o Options) *Store {
	b.Helper()
	s, err := Open(b.TempDir(), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}
