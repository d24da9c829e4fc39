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
so the URL may stop after its scheme. After flask+ or django+ it is the table of
Flask-Session (sessions) or of Django (django_session), as these make it.

Examples:

   coatcheck schema --store sqlite: | sqlite3 sessions.db
   coatcheck schema --store django+postgres: | psql shop`,
		Flags:  []cli.Flag{storeFlag("")},
		Action: noArguments(printSchema),
	}
}

func printSchema(_ context.Context, command *cli.Command) error {
	url, err := givenStore(command)
	if err != nil {
		return err
	}
	text, err := schemaOf(url)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(command.Root().Writer, text)
	return err
}

// schemaOf returns the SQL of the table at url.
func schemaOf(url string) (string, error) {
	name, rest, s, err := findScheme(url)
	if err != nil {
		return "", err
	}
	database, at := name, s
	if s.framework != nil {
		if database, _, at, err = findScheme(rest); err != nil {
			return "", err
		}
	}
	switch {
	case !at.keepsTable():
		return "", usagef("%s: keeps no table: schema is for %s", name, forms(scheme.keepsTable))
	case s.framework != nil:
		return s.framework.schema(database)
	}
	return sqlstore.Schema(s.dialect, sqlstore.Options{})
}

func (s scheme) keepsTable() bool { return s.dialect != (sqlstore.Dialect{}) }
