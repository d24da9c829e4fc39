package flask

import (
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// benchData is 143 bytes, with its keys in order as Flask has them.
const benchData = `{"_permanent":true,"cart":[{"id":17,"n":2},{"id":4711,"n":1}],"csrf":"9f8e7d6c5b4a39281706f5e4d3c2b1a0","lang":"en","user":"alice","user_id":7}`

func BenchmarkOpen(b *testing.B) {
	e := newEngine(b, Options{})
	token := seal(b, benchData, time.Now())
	b.ReportAllocs()
	for b.Loop() {
		var s session.Snapshot
		if err := e.Open(b.Context(), token, &s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSeal(b *testing.B) { benchmarkKeep(b, true) }

// BenchmarkRefresh signs a session again in which nothing has changed.
func BenchmarkRefresh(b *testing.B) { benchmarkKeep(b, false) }

func benchmarkKeep(b *testing.B, changed bool) {
	e := newEngine(b, Options{})
	var s session.Snapshot
	if err := e.Open(b.Context(), seal(b, benchData, time.Now()), &s); err != nil {
		b.Fatal(err)
	}
	if changed {
		s.State = nil
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Keep(b.Context(), &s, &s, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	var c Codec
	text := []byte(`[{"id":17,"n":2},{"id":4711,"n":1}]`)
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := c.Unmarshal(text, &v); err != nil {
			b.Fatal(err)
		}
	}
}
