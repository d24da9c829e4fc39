package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/coatcheck-go/session/lab/internal/page"
)

// settings are the command line.
type settings struct {
	rows, live int
	rate       int // requests a second
	turn       time.Duration
	file       string // for the report
}

func main() {
	var s settings
	flag.IntVar(&s.rows, "rows", 1_000_000, "how many sessions the table holds")
	flag.IntVar(&s.live, "live", 100_000, "how many of them are live")
	flag.DurationVar(&s.turn, "turn", 5*time.Second, "for how long to measure with the sweep, and then without, in turns")
	flag.IntVar(&s.rate, "rate", 500, "how many requests come in a second")
	flag.StringVar(&s.file, "md", "", "also write the result into this Markdown `file`, between its markers")
	flag.Parse()
	if s.live < 1 || s.live > s.rows || s.rate < 1 || s.turn <= 0 {
		fmt.Fprintln(os.Stderr, "sweep: want 1 or more live sessions, as many in all or more, and a positive rate and turn")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "sweep:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) (err error) {
	if file := os.Getenv(fileVariable); file != "" {
		return sweepFile(ctx, file, os.Stdin, os.Stdout)
	}
	dir, err := os.MkdirTemp("", "coatcheck-sweep")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r, err := measure(ctx, s, filepath.Join(dir, "sessions.db"))
	if err != nil {
		return err
	}
	fmt.Print(r.text())
	if s.file == "" {
		return nil
	}
	return page.Write(s.file, "lab/sweep", r.text())
}

// measure does all of it on a new database.
func measure(ctx context.Context, s settings, file string) (r *result, err error) {
	t, err := openTable(ctx, file)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	progress("making %d sessions, %d of them live", s.rows, s.live)
	v, err := t.fill(ctx, s.rows, s.live)
	if err != nil {
		return r, err
	}
	progress("sweeping, in turns of %v", s.turn)
	if r, err = visit(ctx, v, s, file); err != nil {
		return r, err
	}
	progress("looking at what is left")
	return r, errors.Join(t.check(ctx, s.live), v.Check(ctx))
}

func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
