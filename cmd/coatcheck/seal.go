package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/coatcheck-go/session/compat/djangosigning"
	"github.com/coatcheck-go/session/compat/itsdangerous"
)

// kinds are what can be sealed, by the name that --as takes.
var kinds = map[string]recipe{
	"flask":          flaskCookie,
	"itsdangerous":   {Format: itsdangerousFormat, Salt: "itsdangerous", Derivation: string(itsdangerous.DjangoConcat), Digest: "sha1", timed: true},
	"django":         {Format: djangoFormat, Salt: djangosigning.DumpsSalt, Digest: "sha256", timed: true},
	"django-session": {Format: djangoFormat, Salt: djangosigning.SessionSalt, Digest: "sha256", timed: true},
	"django-cookie":  {Format: djangoFormat, Salt: djangosigning.CookieSessionSalt, Digest: "sha256", timed: true},

	"django-messages":    {Format: djangoFormat, Salt: djangosigning.MessagesSalt, Digest: "sha256", timed: true, prefix: djangosigning.CookieKeyPrefix},
	"django-session-3.0": {Format: pre31Format, Digest: "sha1"},
}

func sealCommand() *cli.Command {
	names := strings.Join(slices.Sorted(maps.Keys(kinds)), ", ")
	return &cli.Command{
		Name:      "seal",
		Usage:     "make a token of Flask or Django",
		ArgsUsage: "[JSON]",
		Description: `Signs JSON, from the argument or the standard input, so that Flask or Django takes it:
flask is the session cookie, with Flask's tags as they are ({" t":[1,2]} is a tuple);
django-session a row's session_data, django-session-3.0 that of a Django before 3.1;
django-cookie the cookie of the signed_cookies engine; django-messages the messages
cookie; django what signing.loads takes; itsdangerous a URLSafeTimedSerializer's.

The first line of --secret-file signs, or ` + secretVariable + `.

Examples:

   coatcheck seal --as flask --secret-file flask.secret '{"username":"alice"}'
   coatcheck seal --as itsdangerous --salt activate --untimed '"alice@example.com"'`,
		Flags: []cli.Flag{
			secretFileFlag(),
			&cli.StringFlag{Name: "as", Usage: "`KIND` of token: " + names, Value: "flask"},
			&cli.StringFlag{Name: "salt", Usage: "`TEXT` in the place of the kind's own salt"},
			&cli.StringFlag{Name: "derivation", Usage: "for itsdangerous: django-concat, concat, hmac or none"},
			&cli.StringFlag{Name: "digest", Usage: "sha1, sha256 or sha512 in the place of the kind's own"},
			&cli.BoolFlag{Name: "untimed", Usage: "without the time"},
		},
		Action: sealToken,
	}
}

func sealToken(_ context.Context, command *cli.Command) error {
	r, err := givenRecipe(command)
	if err != nil {
		return err
	}
	secrets, err := givenSecrets(command)
	if err != nil {
		return err
	}
	if len(secrets) == 0 {
		return usagef("seal needs a secret: set %s or give --secret-file", secretVariable)
	}
	text, err := given(command)
	if err != nil {
		return err
	}
	v, err := readValue(text)
	if err != nil {
		return err
	}
	token, err := r.seal(v, secrets[0])
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(command.Root().Writer, token)
	return err
}

// givenRecipe is the kind, changed as the other flags say.
func givenRecipe(command *cli.Command) (recipe, error) {
	r, known := kinds[command.String("as")]
	if !known {
		return r, usagef("--as %q: want %s", command.String("as"), strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
	}
	for flag, field := range map[string]*string{"salt": &r.Salt, "derivation": &r.Derivation, "digest": &r.Digest} {
		if command.IsSet(flag) {
			*field = command.String(flag)
		}
	}
	if digests[r.Digest] == nil {
		return r, usagef("--digest %q: want sha1, sha256 or sha512", r.Digest)
	}
	if r.Format == pre31Format && (command.IsSet("salt") || command.IsSet("derivation") || command.IsSet("digest")) {
		return r, usagef("--as django-session-3.0 takes no --salt, --derivation or --digest: there is one way only")
	}
	if command.IsSet("derivation") && r.Format == djangoFormat {
		return r, usagef("--derivation is for itsdangerous and flask: Django has one only")
	}
	r.timed = !command.Bool("untimed")
	return r, nil
}

// readValue reads one JSON value; its numbers keep their text.
func readValue(text string) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, usagef("seal: that is no JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, usagef("seal: that is more than one JSON value")
	}
	return v, nil
}
