package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/urfave/cli/v3"

	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/djangosigning"
	"github.com/coatcheck-go/session/compat/flask"
)

// maxToken is how much of the standard input is read: more than any cookie or row.
const maxToken = 1 << 20

func openCommand() *cli.Command {
	return &cli.Command{
		Name:      "open",
		Usage:     "show what a token of Flask or Django says, and who signed it",
		ArgsUsage: "[TOKEN]",
		Description: `Reads a Flask session cookie, any token of itsdangerous, a Django session (a row's
session_data of any Django since 1.4, a cookie), the messages cookie, or another token
of django.core.signing, from the argument or the standard input, and prints as JSON
what it says, whether its signature is right, and which secret, salt and derivation
made it. Of a CSRF token of Django's, which isn't signed, it shows the secret.

The secrets are the lines of --secret-file, or ` + secretVariable + `. Without a secret what
the token says is shown all the same: it isn't encrypted. The exit code is 1 if the
signature isn't right.

Examples:

   coatcheck open --secret-file flask.secret eyJhIjoxfQ.ZVPxAA.BFhC6fkN-QlvjBn48BXoaZ3CbOU
   psql -Atc "SELECT session_data FROM django_session LIMIT 1" shop | coatcheck open`,
		Flags: []cli.Flag{
			secretFileFlag(),
			&cli.StringSliceFlag{Name: "salt", Usage: "`TEXT` that the application signs with, if it isn't a usual one"},
			&cli.StringFlag{Name: "cookie", Usage: "`NAME` of the cookie, if Django's set_signed_cookie has made it"},
			durationFlag("max-age", "say whether it is older than `DURATION`", ""),
			&cli.BoolFlag{Name: "raw", Usage: "print the signed bytes and nothing else"},
		},
		Action: openToken,
	}
}

func secretFileFlag() cli.Flag {
	return &cli.StringFlag{Name: "secret-file", Usage: "`FILE` with a secret key on each line; default: the one in " + secretVariable}
}

// givenSalts are those of --salt, and what Django makes of them for a cookie.
func givenSalts(command *cli.Command) []string {
	salts, name := command.StringSlice("salt"), command.String("cookie")
	if name == "" {
		return salts
	}
	all := salts
	for _, salt := range append([]string{""}, salts...) {
		all = append(all, djangosigning.CookieSalt(name, salt), djangosigning.LegacyCookieSalt(name, salt))
	}
	return all
}

// An opened is what the command prints.
type opened struct {
	Verified bool   `json:"verified"`
	*recipe         // nil: unknown
	Secret   int    `json:"secret,omitempty"` // which of the secrets, from 1
	Signed   any    `json:"signed,omitempty"` // when
	Expired  bool   `json:"expired,omitempty"`
	Problem  string `json:"problem,omitempty"`
	Data     any    `json:"data"`

	raw []byte
}

func openToken(_ context.Context, command *cli.Command) error {
	token, err := given(command)
	if err != nil {
		return err
	}
	secrets, err := givenSecrets(command)
	if err != nil {
		return err
	}
	o := open(token, secrets, givenSalts(command))
	if limit := durationOf(command, "max-age"); limit > 0 {
		o.age(limit, time.Now())
	}
	if err := o.print(command.Root().Writer, command.Bool("raw")); err != nil {
		return err
	}
	if o.Verified && !o.Expired {
		return nil
	}
	return errors.New(o.Problem)
}

// given is the argument, or else the standard input.
func given(command *cli.Command) (string, error) {
	switch command.Args().Len() {
	case 0:
		text, err := io.ReadAll(io.LimitReader(command.Root().Reader, maxToken))
		if text := strings.TrimSpace(string(text)); text != "" || err != nil {
			return text, err
		}
		return "", usagef("%s: nothing came by the standard input, and there is no argument", command.Name)
	case 1:
		return strings.TrimSpace(command.Args().First()), nil
	}
	return "", usagef("%s takes one argument, not %d", command.Name, command.Args().Len())
}

// givenSecrets may be none.
func givenSecrets(command *cli.Command) ([]string, error) {
	s, err := openSecrets(command.String("secret-file"))
	if !s.lasts {
		return nil, err
	}
	return s.keys, err
}

// open tries every secret with every guess.
func open(token string, secrets, salts []string) opened {
	all := guesses(token, salts)
	for i, secret := range secrets {
		for _, r := range all {
			data, at, err := r.open(token, secret)
			if err == nil || badPayload(err) {
				return made(&r, i+1, data, at, err)
			}
		}
	}
	return unverified(token, all, secrets)
}

// made is for a token whose signature is right.
func made(r *recipe, secret int, data []byte, at time.Time, err error) opened {
	o := opened{Verified: err == nil, recipe: r, Secret: secret, raw: data, Data: readable(data)}
	if !at.IsZero() {
		o.Signed = at.UTC()
	}
	if err != nil {
		o.Problem = "the signature is right, but what it signs can't be read: damaged before it was signed, or of another kind"
	}
	return o
}

// unverified shows what a token says whoever signed it.
func unverified(token string, all []recipe, secrets []string) opened {
	if o, ok := unsigned(token); ok {
		return o
	}
	o := opened{Problem: nobodySigned(len(secrets), len(all))}
	for _, r := range all {
		if data, at, _ := r.open(token, "any key"); len(data) > 0 {
			o.raw, o.Data = data, readable(data)
			if !at.IsZero() {
				o.Signed = at.UTC()
			}
			return o
		}
	}
	if text, ok := unsafeText(token); ok {
		o.raw, o.Data = []byte(text), text
		return o
	}
	return opened{Problem: "this is no token of Flask, itsdangerous or Django, or only a part of one"}
}

func nobodySigned(secrets, ways int) string {
	if secrets == 0 {
		return "no secret was given, so nobody knows who signed this: set " + secretVariable + " or give --secret-file"
	}
	return fmt.Sprintf("none of the %d secrets made this signature, in %d ways that were tried: it has another secret, "+
		"another salt (give --salt, or --cookie), or was changed since", secrets, ways)
}

// age notes whether the token is older than limit.
func (o *opened) age(limit time.Duration, now time.Time) {
	at, timed := o.Signed.(time.Time)
	if !timed || now.Sub(at) <= limit {
		return
	}
	o.Expired = true
	o.Problem = cmp.Or(o.Problem, fmt.Sprintf("signed %v ago, more than %v", now.Sub(at).Round(time.Second), limit))
}

// readable is data as JSON can show it, with Flask's tags as what they stand for.
func readable(data []byte) any {
	if isPickle(data) {
		if dict, err := (django.Pickle{}).Loads(data); err == nil {
			data, _ = django.JSON.Dumps(dict) // else there is nothing to show
		}
	}
	var v any
	if err := (&flask.Codec{}).Unmarshal(data, &v); err == nil {
		return v
	}
	if utf8.Valid(data) {
		return string(data)
	}
	return data
}

func (o *opened) print(out io.Writer, raw bool) error {
	if raw {
		_, err := fmt.Fprintf(out, "%s\n", o.raw)
		return err
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(o)
}
