package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/coatcheck-go/session/sqlstore"
)

func schemaCommand() *cli.Command {
	return &cli.Command{
		Name:  "schema",
		Usage: "print the SQL that makes a store's table",
		Description: `Prints the SQL, for a migration tool or to be read. Nothing is opened or changed,
so the URL may stop after its scheme.

Examples:

   coatcheck schema --store sqlite:
   coatcheck schema --store sqlite: | sqlite3 sessions.db`,
		Flags:  []cli.Flag{storeFlag("")},
		Action: noArguments(printSchema),
	}
}

func printSchema(_ context.Context, command *cli.Command) error {
	url, err := givenStore(command)
	if err != nil {
		return err
	}
	name, _, s, err := findScheme(url)
	if err != nil {
		return err
	}
	if s.dialect == (sqlstore.Dialect{}) {
		return usagef("%s: keeps no table: schema is for %s", name, forms(hasTable))
	}
	text, err := sqlstore.Schema(s.dialect, sqlstore.Options{})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(command.Root().Writer, text)
	return err
}

func hasTable(s scheme) bool { return s.dialect != (sqlstore.Dialect{}) }
