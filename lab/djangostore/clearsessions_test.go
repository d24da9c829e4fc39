package djangostore

import (
	"context"
	"flag"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	compat "github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/lab/internal/traffic"
	"github.com/coatcheck-go/session/lab/python/peer"
)

var clearRows = flag.Int("clearrows", 100_000, "how many rows BenchmarkClearSessions clears, of which nine of ten have expired")

// How BenchmarkClearSessions measures: a client comes every so often, and the sweep works
// and rests in turns, for the speed of a shared machine changes.
const (
	visitEvery = 50 * time.Millisecond
	sweepFor   = 4 * time.Second
	restFor    = time.Second
)

// BenchmarkClearSessions clears a table by Table.Sweep and by Django's clearsessions, while
// another reads a session and saves it. It tells how long that took, how long a read and
// save did beside it and while the sweep rested, how many failed, and for how long at most
// one transaction lasted: clearsessions is one alone, and a step of the sweep is one and the
// rest after it. The servers write to the disk at each commit.
//
//	go test ./lab/djangostore -run '^$' -bench ClearSessions -benchtime 1x -clearrows 1000000
func BenchmarkClearSessions(b *testing.B) {
	python, err := peer.Interpreter()
	check(b, err)
	for _, database := range []string{"sqlite", "postgres", "mysql"} {
		k := kind{engine: "db", database: database}
		b.Run(database+"/sweep", func(b *testing.B) { k.beside(b, sweepAll(statementRows[database])) })
		b.Run(database+"/clearsessions", func(b *testing.B) {
			site := app{startSite(b, python, nil), k.question()}
			k.beside(b, func(_ context.Context, _ *compat.Table, c *client) error {
				c.working.Store(true)
				start := time.Now()
				site.do("clear", nil)
				c.longest, c.worked = time.Since(start), time.Since(start)
				return nil
			})
		})
	}
}

// statementRows is how many rows a sweep deletes in one transaction.
var statementRows = map[string]int{"sqlite": 25, "postgres": 100, "mysql": 100}

// sweepAll sweeps by so many rows at a time.
func sweepAll(rows int) func(ctx context.Context, table *compat.Table, c *client) error {
	return func(ctx context.Context, table *compat.Table, c *client) (err error) {
		c.working.Store(true)
		turn := time.Now()
		for n := 1; n > 0 && err == nil; {
			start := time.Now()
			n, err = table.Sweep(ctx, rows)
			c.longest = max(c.longest, time.Since(start))
			c.worked += time.Since(start)
			if time.Since(turn) > sweepFor {
				c.working.Store(false)
				time.Sleep(restFor)
				c.working.Store(true)
				turn = time.Now()
			}
		}
		return err
	}
}

// beside measures what a client notices of something that is done to a table.
func (k kind) beside(b *testing.B, do func(ctx context.Context, table *compat.Table, c *client) error) {
	for b.Loop() {
		b.StopTimer()
		table := k.table(b)
		k.fillTable(b, *clearRows)
		ctx, stop := context.WithCancel(b.Context())
		var c client
		var visits sync.WaitGroup
		check(b, table.Add(ctx, visited, emptySession, time.Hour))
		visits.Go(func() { c.visit(ctx, table) })
		b.StartTimer()
		err := do(ctx, table, &c)
		b.StopTimer()
		stop()
		visits.Wait()
		check(b, err)
		c.report(b)
		if left := k.rows(b); left != *clearRows/10+1 {
			b.Errorf("%d rows are left", left)
		}
		b.StartTimer()
	}
}

// A client reads and saves a session again and again.
type client struct {
	working atomic.Bool // the table is being cleared

	beside, alone   []time.Duration // by whether it was when the visit should have begun
	failed          int
	longest, worked time.Duration // what took longest, and all of it
}

const (
	visited      = "visited"
	emptySession = "e30:1r31eq:I_lzTiPndLeCNM1aHTOTlBIASx97zx-I-h5XZ0FtLXg"
)

// visit goes on until ctx is done. A visit that begins late counts from when it should have
// begun.
func (c *client) visit(ctx context.Context, table *compat.Table) {
	late := context.WithoutCancel(ctx)
	for due := time.Now(); ctx.Err() == nil; due = due.Add(visitEvery) {
		time.Sleep(time.Until(due))
		took := &c.alone
		if c.working.Load() {
			took = &c.beside
		}
		value, err := table.Get(late, visited)
		if err == nil {
			err = table.Swap(late, visited, value, emptySession, time.Hour)
		}
		if *took = append(*took, time.Since(due)); err != nil {
			c.failed++
		}
	}
}

func (c *client) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(c.worked.Seconds(), "worked-s")
	b.ReportMetric(c.longest.Seconds()*1e3, "longest-ms")
	b.ReportMetric(float64(c.failed), "failed")
	for name, took := range map[string][]time.Duration{"": c.beside, "alone-": c.alone} {
		slices.Sort(took)
		for percent, metric := range map[float64]string{50: "p50-ms", 99: "p99-ms", 100: "slowest-ms"} {
			b.ReportMetric(traffic.Percentile(took, percent).Seconds()*1e3, name+metric)
		}
	}
}
