package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/urfave/cli/v3"
)

const (
	defaultBatch = 500
	maxBatch     = 100_000
)

func sweepCommand() *cli.Command {
	return &cli.Command{
		Name:  "sweep",
		Usage: "delete expired sessions",
		Description: `Deletes expired sessions in small batches, so that a site that uses the store
meanwhile isn't held up. Live sessions are never touched. It is safe to run it
beside the site, and several at once.

After django+ it does the work of "manage.py clearsessions", after flask+ that of
"flask session_cleanup". With django+file: it needs SECRET_KEY, since a session
may have an end of its own.

Examples:

   coatcheck sweep --store sqlite:sessions.db
   coatcheck sweep --store django+postgres://app@db.example/shop
   coatcheck sweep --store file:/var/lib/shop/sessions --every 1h`,
		Flags: []cli.Flag{
			storeFlag(""),
			durationFlag("every", "go on, and sweep again each `DURATION`, such as 1h", ""),
			&cli.IntFlag{Name: "batch", Usage: "delete at most `N` at a time", Value: defaultBatch},
			durationFlag("lifetime", "for django+file: SESSION_COOKIE_AGE, if it isn't the default: `DURATION`", ""),
			secretFileFlag(),
		},
		Action: noArguments(func(ctx context.Context, command *cli.Command) error {
			s := sweep{
				want:  foreignWant(command),
				every: durationOf(command, "every"),
				batch: command.Int("batch"),
				out:   command.Root().Writer,
				errs:  command.Root().ErrWriter,
			}
			url, err := givenStore(command)
			if err != nil {
				return err
			}
			if err := s.check(); err != nil {
				return err
			}
			return s.run(ctx, url)
		}),
	}
}

// A sweep is one run of the command.
type sweep struct {
	want  want
	every time.Duration // 0: once
	batch int
	out   io.Writer
	errs  io.Writer
}

func (s sweep) check() error {
	if s.batch < 1 || s.batch > maxBatch {
		return usagef("--batch is %d: want from 1 to %d", s.batch, maxBatch)
	}
	return nil
}

func (s sweep) run(ctx context.Context, url string) (err error) {
	b, err := openStore(ctx, url, s.want)
	if err != nil {
		return err
	}
	defer func() { err = errorOf(err, b.close()) }()
	return s.in(ctx, b)
}

func (s sweep) in(ctx context.Context, b *backend) error {
	switch {
	case b.store == nil && b.foreign == (place{}):
		return usagef("%s: keeps nothing on this side, there is nothing here to sweep", b.kind)
	case !b.lasts:
		return usagef("%s: lives in the process that uses it, there is nothing here to sweep", b.kind)
	case b.sweep == nil:
		fmt.Fprintln(s.out, "Nothing to sweep: this server forgets expired sessions by itself.")
		return nil
	case s.every == 0:
		return s.once(ctx, b.sweep)
	}
	return s.repeat(ctx, b.sweep)
}

// A sweeper deletes at most limit expired sessions and tells how many; fewer than limit
// mean that no more are left.
type sweeper func(ctx context.Context, limit int) (deleted int, err error)

// repeat sweeps until ctx is done. A store that fails now may be back next time.
func (s sweep) repeat(ctx context.Context, next sweeper) error {
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	for {
		if err := s.once(ctx, next); err != nil && ctx.Err() == nil {
			fmt.Fprintf(s.errs, "coatcheck: %v (next try within %v)\n", err, s.every)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// once sweeps until nothing is left, and prints how many it deleted, also when it
// was stopped.
func (s sweep) once(ctx context.Context, next sweeper) error {
	start, total := time.Now(), 0
	show := newProgress(s.out)
	for {
		n, err := next(ctx, s.batch)
		total += n
		show.add(n)
		if err != nil || n < s.batch {
			show.finish()
			fmt.Fprintf(s.out, "Deleted %d expired %s in %v.\n", total, plural(total), time.Since(start).Round(time.Millisecond))
			return stopped(ctx, err)
		}
	}
}

func plural(n int) string {
	if n == 1 {
		return "session"
	}
	return "sessions"
}

// stopped says what ended a sweep early.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("stopped before the end: run it again to go on")
	}
	return err
}
