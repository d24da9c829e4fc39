package djangostore

import (
	"context"
	"errors"
	"flag"
	"slices"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/lab/python/peer"
)

var clearRows = flag.Int("clearrows", 100_000, "how many rows BenchmarkClearSessions clears, of which nine of ten have expired")

// BenchmarkClearSessions clears a table by Table.Sweep and by Django's clearsessions,
// while another saves a session every 10 ms. It tells how long that took, and how long
// the saves did beside it.
//
//	go test ./lab/djangostore -run '^$' -bench ClearSessions -benchtime 1x -clearrows 1000000
func BenchmarkClearSessions(b *testing.B) {
	python, err := peer.Interpreter()
	check(b, err)
	for _, database := range []string{"sqlite", "postgres", "mysql"} {
		k := kind{engine: "db", database: database}
		b.Run(database+"/sweep", func(b *testing.B) {
			k.clear(b, func(table *compat.Table) error {
				n, err := 1, error(nil)
				for n > 0 && err == nil {
					n, err = table.Sweep(b.Context(), 1000)
				}
				return err
			})
		})
		b.Run(database+"/clearsessions", func(b *testing.B) {
			site := app{startPeer(b, python, nil), k.question()}
			k.clear(b, func(*compat.Table) error { site.do("clear", nil); return nil })
		})
	}
}

// clear measures one way to do it.
func (k kind) clear(b *testing.B, clearTable func(*compat.Table) error) {
	for b.Loop() {
		b.StopTimer()
		table := k.table(b)
		k.fillTable(b, *clearRows)
		ctx, stop := context.WithCancel(b.Context())
		saves := make(chan []time.Duration)
		go func() { saves <- save(ctx, b, table) }()
		b.StartTimer()
		check(b, clearTable(table))
		b.StopTimer()
		stop()
		k.report(b, <-saves)
		b.StartTimer()
	}
}

func (k kind) report(b *testing.B, saves []time.Duration) {
	b.Helper()
	slices.Sort(saves)
	if len(saves) == 0 {
		b.Fatal("nothing was saved meanwhile")
	}
	b.ReportMetric(saves[len(saves)*99/100].Seconds()*1e3, "p99-save-ms")
	b.ReportMetric(saves[len(saves)-1].Seconds()*1e3, "slowest-save-ms")
	if left := k.rows(b); left != *clearRows/10+1 {
		b.Errorf("%d rows are left", left)
	}
}

// save saves a session until ctx is done, and returns how long each save took. One that
// begins late counts from when it should have begun.
func save(ctx context.Context, b *testing.B, table *compat.Table) (took []time.Duration) {
	const key, every = "saved", 10 * time.Millisecond
	const payload = "e30:1r31eq:I_lzTiPndLeCNM1aHTOTlBIASx97zx-I-h5XZ0FtLXg"
	late := context.WithoutCancel(ctx)
	if err := table.Add(late, key, payload, time.Hour); err != nil {
		b.Error(err)
		return nil
	}
	for due := time.Now(); ctx.Err() == nil; due = due.Add(every) {
		time.Sleep(time.Until(due))
		err := table.Swap(late, key, payload, payload, time.Hour)
		took = append(took, time.Since(due))
		if err != nil && !errors.Is(err, session.ErrConflict) {
			b.Error(err)
			return took
		}
	}
	return took
}
