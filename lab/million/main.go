package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/coatcheck-go/session/lab/internal/page"
)

// settings are the command line.
type settings struct {
	sessions int
	asked    int           // users whose sessions are listed and ended
	rate     int           // requests a second
	turn     time.Duration // beside the sweep; those without are shorter
	limit    time.Duration // no turn begins after so long
	margin   time.Duration // from what should be done until sessions expire
	file     string        // for the report
}

// perUser is how many sessions a user has. One of them lives on.
const perUser = 10

func (s settings) users() int   { return s.sessions / perUser }
func (s settings) expired() int { return s.sessions - s.users() }

func main() {
	var s settings
	flag.IntVar(&s.sessions, "n", 1_000_000, "how many sessions there are, ten of each user")
	flag.IntVar(&s.asked, "users", 500, "of how many users the sessions are listed and ended")
	flag.IntVar(&s.rate, "rate", 200, "how many requests come in a second")
	flag.DurationVar(&s.turn, "turn", 5*time.Second, "for how long to measure with the sweep, before a shorter time without")
	flag.DurationVar(&s.limit, "limit", 4*time.Minute, "for how long to measure the sweep at most")
	flag.DurationVar(&s.margin, "margin", 10*time.Second, "how much longer than expected all before the expiry may take")
	flag.StringVar(&s.file, "md", "", "also write the result into this Markdown `file`, between its markers")
	flag.Parse()
	if s.asked < 1 || s.users() <= s.asked || s.rate < 1 || s.turn <= 0 || s.margin <= 0 {
		fmt.Fprintln(os.Stderr, "million: want more than ten sessions for each of the users, and all else positive")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "million:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	results, err := measureAll(ctx, s)
	if err != nil {
		return err
	}
	text := report(s, results)
	fmt.Print(text)
	if s.file == "" {
		return nil
	}
	return page.Write(s.file, "lab/million", text)
}

// measureAll measures one server after the other, so that each has the machine for
// itself.
func measureAll(ctx context.Context, s settings) (results []*result, err error) {
	for _, open := range []func(context.Context) (place, error){openRedis, openPostgres} {
		r, err := measure(ctx, s, open)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// measure does all of it on a new server.
func measure(ctx context.Context, s settings, open func(context.Context) (place, error)) (r *result, err error) {
	p, err := open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if r, err = measureAt(ctx, s, p); err != nil {
		return nil, fmt.Errorf("%s: %w", p.name(), err)
	}
	return r, nil
}

func progress(p place, format string, args ...any) {
	name, _, _ := strings.Cut(p.name(), " ")
	fmt.Fprintf(os.Stderr, name+": "+format+"\n", args...)
}
