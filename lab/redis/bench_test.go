package redis

import (
	"strings"
	"testing"

	"github.com/redis/rueidis"
)

// The benchmarks compare a load and an update with the bare commands of the client, on
// the same server and connection.

const benchSize = 2048

func benchStore(b *testing.B) (rueidis.Client, string, func(b *testing.B), func(b *testing.B)) {
	b.Helper()
	client, prefix := newClient(b, aloneOption()), newPrefix()
	s := newStore(b, client, prefix)
	rec := record(strings.Repeat("x", benchSize))
	version, err := s.Create(b.Context(), key, rec)
	must(b, err)
	rec.Version = version
	load := func(b *testing.B) {
		_, err := s.Load(b.Context(), key)
		must(b, err)
	}
	update := func(b *testing.B) {
		rec.Version, err = s.Update(b.Context(), key, rec, rec)
		must(b, err)
	}
	return client, prefix, load, update
}

func BenchmarkLoad(b *testing.B) {
	client, prefix, load, _ := benchStore(b)
	b.Run("store", func(b *testing.B) {
		for b.Loop() {
			load(b)
		}
	})
	b.Run("client", func(b *testing.B) {
		for b.Loop() {
			must(b, client.Do(b.Context(), client.B().Get().Key(prefix+"s:"+string(key)).Build()).Error())
		}
	})
}

func BenchmarkUpdate(b *testing.B) {
	client, prefix, _, update := benchStore(b)
	value := strings.Repeat("x", benchSize)
	b.Run("store", func(b *testing.B) {
		for b.Loop() {
			update(b)
		}
	})
	b.Run("client", func(b *testing.B) {
		for b.Loop() {
			set := client.B().Set().Key(prefix + "raw").Value(value).ExSeconds(3600).Build()
			must(b, client.Do(b.Context(), set).Error())
		}
	})
}
