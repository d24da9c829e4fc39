package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/coatcheck-go/session"
)

// copyPage is how many sessions are read at a time.
const copyPage = 500

func copyCommand() *cli.Command {
	urlFlag := func(name, usage string) cli.Flag {
		return &cli.StringFlag{Name: name, Usage: "`URL` of the store " + usage + ": " + forms(scheme.isStore), Required: true}
	}
	return &cli.Command{
		Name:  "copy",
		Usage: "copy all live sessions to another store",
		Description: `Copies the live sessions of one store to another, where they are known by the same
tokens: nobody is signed out. What is there already stays. Stop the site meanwhile:
a session that is changed or ended in the old store after it was copied is as before
in the new one. It may be run again after an error; it goes on with what is missing.
Records are sessions, and notes of where those went whose token was changed.

Example:

   coatcheck store copy --from sqlite:sessions.db --to redis://localhost`,
		Flags:           []cli.Flag{urlFlag("from", "to read"), urlFlag("to", "to write")},
		Action:          noArguments(copyStore),
		OnUsageError:    wrongUsage,
		HideHelpCommand: true,
	}
}

func copyStore(ctx context.Context, command *cli.Command) (err error) {
	for _, url := range []string{command.String("from"), command.String("to")} {
		if err := ownOnly(url, "only records of Coatcheck's own stores can be copied"); err != nil {
			return err
		}
	}
	from, err := openStore(ctx, command.String("from"), want{})
	if err != nil {
		return err
	}
	defer func() { err = errorOf(err, from.close()) }()
	to, err := openStore(ctx, command.String("to"), want{create: true})
	if err != nil {
		return err
	}
	defer func() { err = errorOf(err, to.close()) }()
	if err := copyable(from, to); err != nil {
		return err
	}
	copied, there, err := copySessions(ctx, from.store, to.store)
	fmt.Fprintf(command.Root().Writer, "Copied %d records; %d were there already.\n", copied, there)
	return stopped(ctx, err)
}

func copyable(from, to *backend) error {
	switch {
	case from.store == nil || to.store == nil:
		return usagef("sessions that are in the visitor's hands can't be copied")
	case !from.lasts || !to.lasts:
		return usagef("memory: lives in the process that uses it, there is nothing here to copy")
	}
	if _, ok := from.store.(session.Lister); !ok {
		return usagef("%s: keeps no list of what it holds, so it can't be copied from", from.kind)
	}
	return nil
}

func copySessions(ctx context.Context, from, to session.Store) (copied, there int, err error) {
	for cursor, more := "", true; more; more = cursor != "" {
		page, next, err := session.List(ctx, from, cursor, copyPage)
		if err != nil {
			return copied, there, err
		}
		for _, entry := range page {
			switch _, err := to.Create(ctx, entry.Key, entry.Record); {
			case errors.Is(err, session.ErrConflict):
				there++
			case err != nil:
				return copied, there, err
			default:
				copied++
			}
		}
		cursor = next
	}
	return copied, there, nil
}
