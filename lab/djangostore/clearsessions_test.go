package djangostore

import (
	"context"
	"flag"
	"slices"
	"testing"
	"time"

	compat "github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/lab/python/peer"
)

var clearRows = flag.Int("clearrows", 100_000, "how many rows BenchmarkClearSessions clears, of which nine of ten have expired")

// BenchmarkClearSessions clears a table by Table.Sweep and by Django's clearsessions,
// while another reads a session and saves it every 50 ms. It tells how long that took,
// how long a read and save did beside it and how many failed, and for how long at most one
// transaction lasted: clearsessions is one alone, and a step of the sweep is one and the
// rest after it. The servers write to the disk at each commit.
//
//	go test ./lab/djangostore -run '^$' -bench ClearSessions -benchtime 1x -clearrows 1000000
func BenchmarkClearSessions(b *testing.B) {
	python, err := peer.Interpreter()
	check(b, err)
	for _, database := range []string{"sqlite", "postgres", "mysql"} {
		k := kind{engine: "db", database: database}
		b.Run(database+"/alone", func(b *testing.B) {
			k.beside(b, 0, func(*compat.Table) (time.Duration, error) { time.Sleep(30 * time.Second); return 0, nil })
		})
		b.Run(database+"/sweep", func(b *testing.B) {
			k.beside(b, *clearRows, func(table *compat.Table) (time.Duration, error) { return sweepAll(b.Context(), table) })
		})
		b.Run(database+"/clearsessions", func(b *testing.B) {
			site := app{startPeer(b, python, nil), k.question()}
			k.beside(b, *clearRows, func(*compat.Table) (time.Duration, error) {
				start := time.Now()
				site.do("clear", nil)
				return time.Since(start), nil
			})
		})
	}
}

// sweepAll sweeps by the rows that are one transaction, and returns the longest step.
func sweepAll(ctx context.Context, table *compat.Table) (longest time.Duration, err error) {
	for n := 1; n > 0 && err == nil; {
		start := time.Now()
		n, err = table.Sweep(ctx, 25)
		longest = max(longest, time.Since(start))
	}
	return longest, err
}

// beside measures what a client notices of something that is done to a table.
func (k kind) beside(b *testing.B, rows int, do func(*compat.Table) (longest time.Duration, err error)) {
	for b.Loop() {
		b.StopTimer()
		table := k.table(b)
		k.fillTable(b, rows)
		ctx, stop := context.WithCancel(b.Context())
		noticed := make(chan client)
		go func() { noticed <- visit(ctx, b, table) }()
		b.StartTimer()
		longest, err := do(table)
		b.StopTimer()
		check(b, err)
		stop()
		(<-noticed).report(b)
		b.ReportMetric(longest.Seconds()*1e3, "longest-ms")
		if left := k.rows(b); left != rows/10+1 {
			b.Errorf("%d rows are left", left)
		}
		b.StartTimer()
	}
}

// A client is what one noticed.
type client struct {
	took   []time.Duration
	failed int
}

func (c client) report(b *testing.B) {
	b.Helper()
	slices.Sort(c.took)
	if len(c.took) == 0 {
		b.Fatal("nothing was saved meanwhile")
	}
	b.ReportMetric(c.took[len(c.took)/2].Seconds()*1e3, "p50-ms")
	b.ReportMetric(c.took[len(c.took)*99/100].Seconds()*1e3, "p99-ms")
	b.ReportMetric(c.took[len(c.took)-1].Seconds()*1e3, "slowest-ms")
	b.ReportMetric(float64(c.failed), "failed")
}

// visit reads a session and saves it, until ctx is done. One that begins late counts
// from when it should have begun.
func visit(ctx context.Context, b *testing.B, table *compat.Table) (c client) {
	const key, every = "visited", 50 * time.Millisecond
	const payload = "e30:1r31eq:I_lzTiPndLeCNM1aHTOTlBIASx97zx-I-h5XZ0FtLXg"
	late := context.WithoutCancel(ctx)
	if err := table.Add(late, key, payload, time.Hour); err != nil {
		b.Error(err)
		return c
	}
	for due := time.Now(); ctx.Err() == nil; due = due.Add(every) {
		time.Sleep(time.Until(due))
		value, err := table.Get(late, key)
		if err == nil {
			err = table.Swap(late, key, value, payload, time.Hour)
		}
		c.took = append(c.took, time.Since(due))
		if err != nil {
			c.failed++
		}
	}
	return c
}
