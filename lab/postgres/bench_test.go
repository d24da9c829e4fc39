package postgres

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/sqlsuite"
	"github.com/coatcheck-go/session/sqlstore"
)

// Benchmarks compare a store with the same statements prepared by hand, on the
// same row and the same connections: short slices of both, in random order, since
// a machine's speed changes more from one second to the next than the two
// differ. They report the quartiles of the ratios. The server doesn't wait for the
// disk, which would hide what the store costs.

const benchKey = session.Key("0123456789abcdef0123456789abcdef")

// A bench is one row, and two ways to it.
type bench struct {
	store        *sqlstore.Store
	load, update *sql.Stmt
	data         []byte
}

func newBench(b *testing.B, size int) bench {
	b.Helper()
	db := database.OpenDB(b)
	s, table := database.Open(b, db)
	rec := sqlsuite.Record(strings.Repeat("x", size))
	_, err := s.Create(b.Context(), benchKey, rec)
	must(b, err)
	load, err := db.Prepare(`SELECT version, expires, subject, data FROM ` + table + ` WHERE id = $1`)
	must(b, err)
	b.Cleanup(func() { must(b, load.Close()) })
	update, err := db.Prepare(`UPDATE ` + table + ` SET version = version + 1, expires = $1, subject = $2, data = $3 WHERE id = $4`)
	must(b, err)
	b.Cleanup(func() { must(b, update.Close()) })
	return bench{s, load, update, []byte(rec.Data)}
}

func (x bench) storeLoad(ctx context.Context) error {
	_, err := x.store.Load(ctx, benchKey)
	return err
}

func (x bench) storeUpdate(ctx context.Context) error {
	old, err := x.store.Load(ctx, benchKey)
	if err == nil {
		_, err = x.store.Update(ctx, benchKey, old, old)
	}
	return err
}

func (x bench) rawLoad(ctx context.Context) error {
	_, err := x.readRaw(ctx)
	return err
}

func (x bench) readRaw(ctx context.Context) (expires int64, err error) {
	var version int64
	var subject string
	var data []byte
	err = x.load.QueryRowContext(ctx, []byte(benchKey)).Scan(&version, &expires, &subject, &data)
	return expires, err
}

func (x bench) rawUpdate(ctx context.Context) error {
	expires, err := x.readRaw(ctx)
	if err == nil {
		_, err = x.update.ExecContext(ctx, expires, "somebody", x.data, []byte(benchKey))
	}
	return err
}

func BenchmarkLoadRatio(b *testing.B) { benchRatio(b, bench.storeLoad, bench.rawLoad) }

// BenchmarkUpdateRatio reads and writes, as a request does that changes its session.
func BenchmarkUpdateRatio(b *testing.B) { benchRatio(b, bench.storeUpdate, bench.rawUpdate) }

type way func(bench, context.Context) error

func benchRatio(b *testing.B, store, raw way) {
	for name, size := range map[string]int{"143B": 143, "2KiB": 2048} {
		b.Run(name, func(b *testing.B) {
			x := newBench(b, size)
			var ratios []float64
			for b.Loop() {
				ratios = append(ratios, x.ratio(b, store, raw))
			}
			slices.Sort(ratios)
			for i, name := range []string{"q1-ratio", "median-ratio", "q3-ratio"} {
				b.ReportMetric(ratios[len(ratios)*(i+1)/4], name)
			}
		})
	}
}

func (x bench) ratio(b *testing.B, over, under way) float64 {
	if rand.IntN(2) == 0 {
		below := x.slice(b, under)
		return x.slice(b, over) / below
	}
	return x.slice(b, over) / x.slice(b, under)
}

func (x bench) slice(b *testing.B, w way) (seconds float64) {
	const times = 50
	begin := time.Now()
	for range times {
		must(b, w(x, b.Context()))
	}
	return time.Since(begin).Seconds()
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
