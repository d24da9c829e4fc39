package memstore

import (
	"crypto/rand"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
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
				m[string(numbered(i))] = record{b: make([]byte, benchData), exp: int64(i)}
			}
			return m
		})
	})
}

func collect(b *testing.B, n int, build func() any) {
	before := heapAlloc()
	all := build()
	heap := heapAlloc() - before
	for b.Loop() {
		runtime.GC()
	}
	b.ReportMetric(float64(heap)/float64(n), "bytes/session")
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "GC-ms")
	runtime.KeepAlive(all)
}

// BenchmarkSweepMillion sweeps a million expired sessions while another
// goroutine goes on updating live ones, and reports how long one in a thousand
// of its calls takes at least: first without the sweep, then during it. (The
// very longest would show the operating system's scheduler, not the store.)
func BenchmarkSweepMillion(b *testing.B) {
	const n = 1_000_000
	var alone, during []time.Duration
	for b.Loop() {
		b.StopTimer()
		s, keys := fill(b, 1000)
		addExpired(s, n)
		call := update(b, s, keys)
		alone = latencies(alone, call, after(200*time.Millisecond))
		swept := make(chan struct{})
		b.StartTimer()
		go func() {
			defer close(swept)
			if deleted, err := s.Sweep(b.Context(), n+1); deleted != n || err != nil {
				b.Errorf("swept %d (%v)", deleted, err)
			}
		}()
		during = latencies(during, call, swept)
	}
	b.ReportMetric(perMille(alone), "us-p99.9-alone")
	b.ReportMetric(perMille(during), "us-p99.9-in-sweep")
}

// addExpired adds expired records. Create would throw them out again.
func addExpired(s *Store, n int) {
	rec := benchRecord()
	rec.Expires = time.Now().Add(-time.Hour)
	for i := range n {
		key := numbered(i)
		sh, hash := s.find(key)
		id := sh.entries.take()
		sh.keys.add(id, listHash(hash))
		sh.write(id, key, rec)
	}
}

func after(d time.Duration) <-chan struct{} {
	done := make(chan struct{})
	time.AfterFunc(d, func() { close(done) })
	return done
}

// latencies appends how long each call takes until done is closed.
func latencies(all []time.Duration, call func(i int) error, done <-chan struct{}) []time.Duration {
	for i := 0; ; i++ {
		select {
		case <-done:
			return all
		default:
		}
		start := time.Now()
		_ = call(i)
		all = append(all, time.Since(start))
	}
}

// perMille returns what one in a thousand durations is longer than, in
// microseconds.
func perMille(all []time.Duration) float64 {
	slices.Sort(all)
	return float64(all[len(all)*999/1000].Nanoseconds()) / 1000
}
