// Command coatcheck shows sessions at work and looks after their stores:
//
//	coatcheck demo      a small site on http://127.0.0.1:8080
//	coatcheck sweep     deletes expired sessions
//	coatcheck schema    prints the SQL of a store
//	coatcheck store     tries a store against the contract, or copies it
//	coatcheck keys      makes, rotates and lists the keys that seal cookies
//	coatcheck open      shows what a token of Flask or Django says
//	coatcheck seal      makes one
//	coatcheck version   says which version this is
//	coatcheck help      tells more, with examples
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/urfave/cli/v3"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args, os.Stdout, os.Stderr))
}

// run does what args say and returns the exit code: 0 for success, 2 for a wrong
// command line, 1 for anything else.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	err := newApp(stdout, stderr).Run(ctx, args)
	if err == nil {
		return 0
	}
	fmt.Fprintf(stderr, "coatcheck: %v\n", err)
	if usage := (usageError{}); errors.As(err, &usage) {
		return 2
	}
	return 1
}

const about = `Sessions for Go programs: see them at work, look after their stores.

Where sessions are kept is said by one URL, with --store or in COATCHECK_STORE:

   sqlite:FILE                              a SQLite database (the demo's default)
   postgres://USER:PASSWORD@HOST/DATABASE   a PostgreSQL server
   mysql://USER:PASSWORD@HOST/DATABASE      a MySQL or MariaDB server
   redis://HOST, rediss://HOST              a Redis or Valkey server, without and with TLS
   redis+cluster://HOST,HOST,…              a Redis Cluster
   redis+sentinel://HOST,HOST,…/NAME        a Redis that Sentinel looks after
   memcached://HOST,HOST,…                  memcached servers
   tiered:URL                               a cache in this process in front of one of these
   cookie:[URL]                             an encrypted cookie; what has ended is noted at URL
   jwt:[URL]                                JSON Web Tokens, likewise
   flask:                                   Flask's own signed cookie
   flask+URL                                Flask-Session's way, at one of the above servers, file: or sqlite:
   django+URL                               Django's way, likewise: its engines db, file and cache
   django+cookie:                           the cookie of Django's engine signed_cookies
   file:DIR                                 a folder, one file a session
   memory:                                  the memory of the process

Examples:

   coatcheck demo
   coatcheck demo --addr 127.0.0.1:0 --store memory:
   coatcheck sweep --store sqlite:sessions.db --every 1h
   coatcheck demo --store django+sqlite:db.sqlite3 --secret-file django.secret
   coatcheck schema --store sqlite:`

func newApp(stdout, stderr io.Writer) *cli.Command {
	app := &cli.Command{
		Name:        "coatcheck",
		Usage:       "sessions in a running program",
		UsageText:   "coatcheck COMMAND [OPTIONS]",
		Description: about,
		Version:     version(),
		Writer:      stdout,
		ErrWriter:   stderr,
		Commands:    []*cli.Command{demoCommand(), sweepCommand(), schemaCommand(), storeCommand(), openCommand(), sealCommand(), keysCommand(), versionCommand()},
		Action:      noCommand,
		// run prints errors and chooses the exit code.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
		OnUsageError:   wrongUsage,
	}
	for _, command := range app.Commands {
		command.OnUsageError = wrongUsage
		command.HideHelpCommand = true
	}
	return app
}
