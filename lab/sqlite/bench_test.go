package sqlite

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/sqlstore"
)

// Benchmarks compare a store with the same statement prepared by hand, on the
// same row and the same connections. Time is compared in BenchmarkLoadRatio,
// since a machine's speed changes more from one second to the next than the two
// differ; allocations in BenchmarkLoad.

const benchKey = session.Key("0123456789abcdef0123456789abcdef")

// loaders returns two ways to load one row, with size bytes of data.
func loaders(b *testing.B, size int) (raw, store func(context.Context) error) {
	db := openDB(b, newFile(b), recommended)
	s := newStore(b, db, "")
	must(b, s.CreateSchema(b.Context()))
	_, err := s.Create(b.Context(), benchKey, record(strings.Repeat("x", size)))
	must(b, err)
	stmt, err := db.Prepare(`SELECT version, expires, subject, data FROM coatcheck_sessions WHERE id = ?`)
	must(b, err)
	b.Cleanup(func() { must(b, stmt.Close()) })
	raw = func(ctx context.Context) error { return loadRaw(ctx, stmt) }
	store = func(ctx context.Context) error {
		_, err := s.Load(ctx, benchKey)
		return err
	}
	return raw, store
}

func loadRaw(ctx context.Context, stmt *sql.Stmt) error {
	var version, expires int64
	var subject string
	var data []byte
	return stmt.QueryRowContext(ctx, []byte(benchKey)).Scan(&version, &expires, &subject, &data)
}

func BenchmarkLoad(b *testing.B) {
	raw, store := loaders(b, 143)
	for name, load := range map[string]func(context.Context) error{"raw": raw, "store": store} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				must(b, load(b.Context()))
			}
		})
	}
}

// BenchmarkLoadRatio times short slices of both, in random order, and reports
// the quartiles of their ratios.
func BenchmarkLoadRatio(b *testing.B) {
	for name, size := range map[string]int{"143B": 143, "2KiB": 2048} {
		b.Run(name, func(b *testing.B) {
			raw, store := loaders(b, size)
			var ratios []float64
			for b.Loop() {
				ratios = append(ratios, ratio(b, store, raw))
			}
			reportQuartiles(b, ratios, "ratio")
		})
	}
}

func ratio(b *testing.B, over, under func(context.Context) error) float64 {
	if rand.IntN(2) == 0 {
		below := slice(b, under)
		return slice(b, over) / below
	}
	return slice(b, over) / slice(b, under)
}

func slice(b *testing.B, load func(context.Context) error) (seconds float64) {
	const loads = 200
	begin := time.Now()
	for range loads {
		must(b, load(b.Context()))
	}
	return time.Since(begin).Seconds()
}

func reportQuartiles(b *testing.B, values []float64, unit string) {
	slices.Sort(values)
	for i, name := range []string{"q1-", "median-", "q3-"} {
		b.ReportMetric(values[len(values)*(i+1)/4], name+unit)
	}
}

// BenchmarkWritesDuringSweep is for how long a write takes, from another
// process's connections, while 900,000 expired records are swept.
func BenchmarkWritesDuringSweep(b *testing.B) {
	const expired, perSweep = 900_000, 10_000
	file := newFile(b)
	sweeper, writer := open(b, file), open(b, file)
	fill(b, openDB(b, file, recommended), expired)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var sweepErr error
	go func() {
		defer cancel()
		for n := perSweep; n == perSweep && sweepErr == nil; {
			n, sweepErr = sweeper.Sweep(ctx, perSweep)
		}
	}()

	begin := time.Now()
	millis := writeUntil(b, ctx, writer)
	must(b, sweepErr)
	b.ReportMetric(time.Since(begin).Seconds(), "s/sweep")
	b.ReportMetric(float64(len(millis)), "writes")
	b.ReportMetric(millis[len(millis)-1], "longest-ms")
	b.ReportMetric(millis[len(millis)*99/100], "p99-ms")
	reportQuartiles(b, millis, "ms")
}

// writeUntil writes every few milliseconds until ctx is done, and returns how
// many milliseconds each took, in order of size.
func writeUntil(b *testing.B, ctx context.Context, s *sqlstore.Store) (millis []float64) {
	rec := record(strings.Repeat("x", 143))
	version, err := s.Create(b.Context(), benchKey, rec)
	must(b, err)
	for ctx.Err() == nil {
		begin := time.Now()
		version, err = s.Update(b.Context(), benchKey, session.Record{Version: version}, rec)
		must(b, err)
		millis = append(millis, time.Since(begin).Seconds()*1e3)
		time.Sleep(3 * time.Millisecond)
	}
	slices.Sort(millis)
	return millis
}
