package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/coatcheck-go/session/keyring"
)

func keysCommand() *cli.Command {
	return &cli.Command{
		Name:  "keys",
		Usage: "look after the key file that seals cookies",
		Description: `A key file holds the secrets by which sessions in cookies are sealed: the first one
seals, all of them open. Its mode is 0600; keep it out of version control.

Examples:

   coatcheck keys new shop.keys
   coatcheck keys rotate shop.keys             a fresh key in front; signs nobody out
   coatcheck keys rotate --keep 1 shop.keys    and drops all but the former one
   coatcheck keys list shop.keys               IDs and ages, no secrets

After a rotation have the programs that use the file read it again. Drop a former
key when everybody has been back since, or at once if it has leaked: whoever wasn't
back is then signed out.`,
		Commands: []*cli.Command{newKeysCommand(), rotateKeysCommand(), listKeysCommand()},
		Action:   noSubcommand,
	}
}

func newKeysCommand() *cli.Command {
	return &cli.Command{
		Name: "new", Usage: "make a key file with one fresh key", ArgsUsage: "FILE", OnUsageError: wrongUsage,
		Action: withFile(func(command *cli.Command, path string) error {
			if err := keyring.NewFile(path); err != nil {
				return adviseKeys(err, path)
			}
			return tellKeys(command.Root().Writer, path)
		}),
	}
}

func rotateKeysCommand() *cli.Command {
	return &cli.Command{
		Name: "rotate", Usage: "put a fresh key in front of the others", ArgsUsage: "FILE", OnUsageError: wrongUsage,
		Flags: []cli.Flag{&cli.IntFlag{Name: "keep", Usage: "drop all but the first `N` of the former keys", DefaultText: "all are kept"}},
		Action: withFile(func(command *cli.Command, path string) error {
			keep := -1
			if command.IsSet("keep") {
				if keep = command.Int("keep"); keep < 0 {
					return usagef("--keep is %d: want 0 or more", keep)
				}
			}
			if err := keyring.RotateFile(path, keep); err != nil {
				return adviseKeys(err, path)
			}
			return tellKeys(command.Root().Writer, path)
		}),
	}
}

func listKeysCommand() *cli.Command {
	return &cli.Command{
		Name: "list", Usage: "show the keys' IDs and ages, no secrets", ArgsUsage: "FILE", OnUsageError: wrongUsage,
		Action: withFile(func(command *cli.Command, path string) error {
			return tellKeys(command.Root().Writer, path)
		}),
	}
}

// withFile calls next with the one argument, a file.
func withFile(next func(command *cli.Command, path string) error) cli.ActionFunc {
	return func(_ context.Context, command *cli.Command) error {
		if command.Args().Len() != 1 || command.Args().First() == "" {
			return usagef("want one key file (see %q)", command.FullName()+" --help")
		}
		return next(command, command.Args().First())
	}
}

// tellKeys prints what is in the key file at path.
func tellKeys(out io.Writer, path string) error {
	ring, err := keyring.File(path)
	if err != nil {
		return adviseKeys(err, path)
	}
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "KEY\tAGE\tUSE")
	use := "seals and opens"
	for _, key := range ring.Keys() {
		fmt.Fprintf(table, "%v\t%s\t%s\n", key.ID(), age(key.Created(), time.Now()), use)
		use = "opens"
	}
	return table.Flush()
}

// age tells how old what was made at a time is, in whole units.
func age(created, now time.Time) string {
	if created.IsZero() {
		return "unknown"
	}
	switch d := now.Sub(created); {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d hours", int(d/time.Hour))
	default:
		return fmt.Sprintf("%d minutes", max(0, int(d/time.Minute)))
	}
}

// adviseKeys says what to do about err.
func adviseKeys(err error, path string) error {
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w: it stays as it is (to change the key: coatcheck keys rotate %s)", err, path)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: to make one: coatcheck keys new %s", err, path)
	}
	return err
}
