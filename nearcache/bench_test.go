package nearcache_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/nearcache/membus"
)

// BenchmarkHit loads records that are in the cache of a process in service.
func BenchmarkHit(b *testing.B) {
	for _, records := range []int{1, 1000, 9000} {
		b.Run(fmt.Sprintf("records=%d", records), func(b *testing.B) {
			s, ctx := warm(b, records), b.Context()
			keys := make([]session.Key, records)
			for i := range keys {
				keys[i] = numberedKey(i)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := s.Load(ctx, keys[i%records]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRequest reads one value of a session that is in the cache, in a whole
// request through Manager.Wrap.
func BenchmarkRequest(b *testing.B) {
	m, err := session.New(session.Config{Store: warm(b, 1)})
	must(b, err)
	r, w := requestWithSession(b, m), &blackhole{http.Header{}}
	h := m.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if n, err := session.Get[int](m.From(r), "any"); n != 1 || err != nil {
			b.Errorf("%d, %v", n, err)
		}
	}))
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}

// blackhole is a response writer that is used again and again.
type blackhole struct{ header http.Header }

func (b *blackhole) Header() http.Header         { return b.header }
func (b *blackhole) Write(p []byte) (int, error) { return len(p), nil }
func (b *blackhole) WriteHeader(int)             {}

// BenchmarkHitParallel lets all processors do so at once.
func BenchmarkHitParallel(b *testing.B) {
	s, ctx := warm(b, 1000), b.Context()
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := s.Load(ctx, numberedKeys[i%len(numberedKeys)]); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

var numberedKeys = func() (keys [1000]session.Key) {
	for i := range keys {
		keys[i] = numberedKey(i)
	}
	return keys
}()

func warm(b *testing.B, records int) *nearcache.Store {
	b.Helper()
	s := run(b, memstore.New(memstore.Options{}), nearcache.Options{Bus: &membus.Bus{}, Lease: 200 * time.Millisecond})
	for i := range records {
		rec := session.Record{Data: strings.Repeat("x", 230), Expires: time.Now().Add(time.Hour)}
		if _, err := s.Create(b.Context(), numberedKey(i), rec); err != nil {
			b.Fatal(err)
		}
	}
	return s
}
