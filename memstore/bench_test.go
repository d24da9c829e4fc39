package memstore

import (
	"crypto/rand"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// The benchmarks use records as the engine writes them: a key of 32 random
// bytes and 230 bytes of data.
const benchData = 230

func benchRecord() session.Record {
	return session.Record{
		Data:    strings.Repeat("x", benchData),
		Expires: time.Now().Add(time.Hour).Truncate(time.Millisecond),
	}
}

func randomKey() session.Key {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return session.Key(b[:])
}

// fill puts n records into a new store.
func fill(b *testing.B, n int) (s *Store, keys []session.Key) {
	s, keys = New(Options{}), make([]session.Key, n)
	rec := benchRecord()
	for i := range keys {
		keys[i] = randomKey()
		if _, err := s.Create(b.Context(), keys[i], rec); err != nil {
			b.Fatal(err)
		}
	}
	return s, keys
}

// work prepares a benchmark and returns its i-th call.
type work func(b *testing.B, s *Store, keys []session.Key) (once func(i int) error)

func load(b *testing.B, s *Store, keys []session.Key) func(int) error {
	ctx := b.Context()
	return func(i int) error {
		_, err := s.Load(ctx, keys[i%len(keys)])
		return err
	}
}

func update(b *testing.B, s *Store, keys []session.Key) func(int) error {
	ctx, rec := b.Context(), benchRecord()
	versions := make([]uint64, len(keys))
	for i, key := range keys {
		old, _ := s.Load(ctx, key)
		versions[i] = old.Version
	}
	return func(i int) (err error) {
		i %= len(keys)
		versions[i], err = s.Update(ctx, keys[i], session.Record{Version: versions[i]}, rec)
		return err
	}
}

func serial(b *testing.B, records int, w work) {
	s, keys := fill(b, records)
	once := w(b, s, keys)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := once(i); err != nil {
			b.Fatal(err)
		}
	}
}

// parallel gives every goroutine keys of its own.
func parallel(b *testing.B, w work) {
	const each = 1000
	procs := runtime.GOMAXPROCS(0)
	s, keys := fill(b, each*procs)
	var all []func(int) error
	for i := range procs {
		all = append(all, w(b, s, keys[i*each:][:each]))
	}
	var mu sync.Mutex
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		mu.Lock()
		once := all[0]
		all = all[1:]
		mu.Unlock()
		for i := 0; pb.Next(); i++ {
			if err := once(i); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1, 1000, 1_000_000} {
		b.Run(fmt.Sprintf("records=%d", n), func(b *testing.B) { serial(b, n, load) })
	}
}

func BenchmarkUpdate(b *testing.B) {
	for _, n := range []int{1, 1000, 1_000_000} {
		b.Run(fmt.Sprintf("records=%d", n), func(b *testing.B) { serial(b, n, update) })
	}
}

func BenchmarkLoadParallel(b *testing.B)   { parallel(b, load) }
func BenchmarkUpdateParallel(b *testing.B) { parallel(b, update) }

func BenchmarkCreate(b *testing.B) {
	s, rec := New(Options{}), benchRecord()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Create(b.Context(), randomKey(), rec); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReplace moves one session from key to key, as a login does.
func BenchmarkReplace(b *testing.B) {
	s, rec := New(Options{}), benchRecord()
	rec.Subject = "user-123"
	key := randomKey()
	version, _ := s.Create(b.Context(), key, rec)
	b.ReportAllocs()
	for b.Loop() {
		newKey := randomKey()
		v, err := s.Replace(b.Context(), key, session.Record{Version: version}, session.Record{}, newKey, rec)
		if err != nil {
			b.Fatal(err)
		}
		key, version = newKey, v
	}
}

// BenchmarkBySubject finds one session of a user among a hundred thousand.
func BenchmarkBySubject(b *testing.B) {
	s, rec := New(Options{}), benchRecord()
	for i := range 100_000 {
		rec.Subject = fmt.Sprint("user-", i)
		mustCreate(b, s, numbered(i), rec)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := s.BySubject(b.Context(), fmt.Sprint("user-", i%100_000)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMillion measures what a million sessions cost: heap for each, and
// how long a full garbage collection takes. The plain map is what a store
// without an arena would have.
func BenchmarkMillion(b *testing.B) {
	const n = 1_000_000
	b.Run("memstore", func(b *testing.B) {
		collect(b, n, func() any {
			s, rec := New(Options{}), benchRecord()
			for i := range n {
				mustCreate(b, s, numbered(i), rec)
			}
			return s
		})
	})
	b.Run("map", func(b *testing.B) {
		type record struct {
			b   []byte
			exp int64
		}
		collect(b, n, func() any {
			m := map[string]record{}
			for i := range n {
				m[string(numbered(i))] = record{b: make([]byte, benchData)}
			}
			return m
		})
	})
}

func collect(b *testing.B, n int, build func() any) {
	before := heapAlloc()
	all := build()
	b.ReportMetric(float64(heapAlloc()-before)/float64(n), "bytes/session")
	for b.Loop() {
		runtime.GC()
	}
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "GC-ms")
	runtime.KeepAlive(all)
}

// BenchmarkSweepMillion sweeps a million expired sessions while another
// goroutine goes on updating live ones, and reports the longest of its calls:
// first without the sweep, then during it.
func BenchmarkSweepMillion(b *testing.B) {
	const n = 1_000_000
	var alone, during time.Duration
	for b.Loop() {
		b.StopTimer()
		s, keys := fill(b, 1000)
		rec := benchRecord()
		rec.Expires = time.Now().Add(-time.Hour)
		for i := range n {
			// Past the incremental expiry of Create.
			key := numbered(i)
			sh, hash := s.find(key)
			id := sh.entries.take()
			sh.keys.add(id, listHash(hash))
			sh.write(id, key, rec)
		}
		once := update(b, s, keys)
		for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); {
			alone = max(alone, timed(once))
		}
		var swept atomic.Bool
		b.StartTimer()
		go func() {
			deleted, err := s.Sweep(b.Context(), n+1)
			if deleted != n || err != nil {
				b.Errorf("swept %d (%v)", deleted, err)
			}
			swept.Store(true)
		}()
		for !swept.Load() {
			during = max(during, timed(once))
		}
	}
	b.ReportMetric(float64(alone.Microseconds()), "us-longest-alone")
	b.ReportMetric(float64(during.Microseconds()), "us-longest-in-sweep")
}

// timed does a thousand calls and returns how long the longest took.
func timed(once func(int) error) (longest time.Duration) {
	for i := range 1000 {
		start := time.Now()
		_ = once(i)
		longest = max(longest, time.Since(start))
	}
	return longest
}
