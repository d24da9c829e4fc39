package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"
)

// A usageError is a wrong command line. The exit code tells it from work that
// failed.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// wrongUsage makes errors of the command-line parser one line that says where to
// read on.
func wrongUsage(_ context.Context, command *cli.Command, err error, _ bool) error {
	return usagef("%w (see %q)", err, command.FullName()+" --help")
}

// noCommand answers a command line without a command, or with an unknown one.
func noCommand(_ context.Context, app *cli.Command) error {
	if name := app.Args().First(); name != "" {
		return usagef("there is no command %q%s", name, didYouMean(app, name))
	}
	return cli.ShowRootCommandHelp(app)
}

// noSubcommand is noCommand for a command that has others below it.
func noSubcommand(_ context.Context, command *cli.Command) error {
	if name := command.Args().First(); name != "" {
		return usagef("there is no command \"%s %s\"%s", command.Name, name, didYouMean(command, name))
	}
	return cli.ShowSubcommandHelp(command)
}

func didYouMean(app *cli.Command, name string) string {
	if guess := cli.SuggestCommand(app.Commands, name); guess != "" {
		return fmt.Sprintf(": did you mean %q? (see \"coatcheck help\")", guess)
	}
	return `: see "coatcheck help"`
}

// noArguments refuses words that would otherwise be ignored in silence.
func noArguments(next cli.ActionFunc) cli.ActionFunc {
	return func(ctx context.Context, command *cli.Command) error {
		if extra := command.Args().First(); extra != "" {
			return usagef("%s takes no argument %q (see %q)", command.Name, extra, command.FullName()+" --help")
		}
		return next(ctx, command)
	}
}
