package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/storetest"
)

func storeCommand() *cli.Command {
	check := &cli.Command{
		Name:  "check",
		Usage: "try a store against the whole contract",
		Description: `Opens the store twice, as two processes would, and tries every sentence of the
contract that Coatcheck relies on: that an ended session stays ended, that of
two writes one wins, that records expire, and so on. It works in a namespace of
its own (a table, a prefix, a folder) and removes that when it is done; sessions
that are there are neither read nor changed. It takes up to a minute.

Examples:

   coatcheck store check --store postgres://app@db.example/shop
   coatcheck store check --store redis://localhost --verbose`,
		Flags: []cli.Flag{
			storeFlag(""),
			&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Usage: "name each case as it is done"},
		},
		Action:          noArguments(checkStore),
		OnUsageError:    wrongUsage,
		HideHelpCommand: true,
	}
	return &cli.Command{
		Name:     "store",
		Usage:    "try a store, or copy one to another",
		Commands: []*cli.Command{check, copyCommand()},
		Action:   noSubcommand,
	}
}

func checkStore(ctx context.Context, command *cli.Command) error {
	url, err := givenStore(command)
	if err != nil {
		return err
	}
	if err := ownOnly(url, "the contract is of Coatcheck's own stores"); err != nil {
		return err
	}
	out := command.Root().Writer
	report := checkReport{out: out, verbose: command.Bool("verbose")}
	if err := storetest.Check(ctx, twice(url), report.add); err != nil {
		return stopped(ctx, err)
	}
	return report.end()
}

// twice opens a store as two processes would, each time in a namespace that nobody
// has used.
func twice(url string) func(context.Context) (a, b session.Store, end func() error, err error) {
	return func(ctx context.Context) (session.Store, session.Store, func() error, error) {
		space := "coatcheck_check_" + strings.ToLower(rand.Text()[:12])
		one, err := openStore(ctx, url, want{create: true, space: space})
		if err == nil && one.store == nil {
			err = usagef("%s: is no store, there is nothing to check", one.kind)
		}
		if err != nil {
			return nil, nil, nil, err
		}
		two, err := one.other(ctx, url, space)
		if err != nil {
			return nil, nil, nil, errors.Join(err, one.remove(ctx), one.close())
		}
		end := func() error {
			ctx := context.WithoutCancel(ctx) // or what is there would stay
			return errors.Join(two.remove(ctx), two.close(), one.remove(ctx), one.close())
		}
		return one.store, two.store, end, nil
	}
}

// other opens the same store once more.
func (b *backend) other(ctx context.Context, url, space string) (*backend, error) {
	if !b.lasts { // there is no other way to it
		return &backend{store: b.store, close: func() error { return nil }}, nil
	}
	return openStore(ctx, url, want{space: space})
}

func (b *backend) remove(ctx context.Context) error {
	if b.clean == nil {
		return nil
	}
	return b.clean(ctx)
}

// A checkReport prints what comes of the cases.
type checkReport struct {
	out                  io.Writer
	verbose              bool
	kept, broken, absent int
}

func (r *checkReport) add(res storetest.Result) {
	switch {
	case res.Absent:
		r.absent++
		r.say("  -     %s: the store has no such ability\n", res.Case)
	case len(res.Seen) == 0:
		r.kept++
		r.say("  ok    %s\n", res.Case)
	default:
		r.broken++
		fmt.Fprintf(r.out, "  FAIL  %s: %q\n", res.Case, res.Rule)
		for _, seen := range res.Seen {
			fmt.Fprintf(r.out, "        seen: %s\n", seen)
		}
	}
}

func (r *checkReport) say(format string, args ...any) {
	if r.verbose {
		fmt.Fprintf(r.out, format, args...)
	}
}

func (r *checkReport) end() error {
	fmt.Fprintf(r.out, "%d cases kept, %d broken, %d about abilities that this store doesn't have.\n", r.kept, r.broken, r.absent)
	if r.broken > 0 {
		return errors.New("the store doesn't keep the contract: sessions in it aren't safe")
	}
	return nil
}
