package main

import (
	"context"

	"github.com/coatcheck-go/session/cmd/coatcheck/internal/site"
	"github.com/coatcheck-go/session/compat/flask"
	"github.com/coatcheck-go/session/compat/flasksession"
	"github.com/coatcheck-go/session/kv"
)

// usernameKey is where the applications of Flask's documentation keep who is signed in.
const usernameKey = "username"

// csrfKey is where the demo keeps what its forms' CSRF tokens are bound to: Flask's
// sessions have no ID.
const csrfKey = "_coatcheck_id"

var flaskShared = site.Framework{
	Name: "Flask", SubjectKey: usernameKey,
	WhoIsThere: `Who is signed in is session["username"], as in Flask’s documentation.`,
}

// openFlask keeps sessions in Flask's own signed cookie.
func openFlask(_ context.Context, rest string, w want) (*backend, error) {
	if rest != "" {
		return nil, usagef("flask: takes nothing after the colon; for Flask-Session use %s", flaskSessionForm)
	}
	b := &backend{close: func() error { return nil }}
	if w.site == nil {
		return b, nil
	}
	secrets, err := openSecrets(w.secretFile)
	if err != nil {
		return nil, err
	}
	engine, err := flask.New(flask.Options{SecretKeys: secrets.keys, IDKey: csrfKey, Lifetime: w.lifetime})
	if err != nil {
		return nil, err
	}
	b.config, b.place, b.lasts = engine.Config, "Flask's signed cookie, with "+secrets.place, secrets.lasts
	b.site = site.Options{ClientSide: true, Framework: flaskShared}
	b.site.NoList = "Flask's cookie holds the whole session and the server keeps no record of it, so sessions can be neither listed nor " +
		"ended from elsewhere. A copy of a cookie is good until it expires, also after signing out."
	return b, nil
}

// flaskSessions are those of Flask-Session.
var flaskSessions = &framework{
	name: "flask", keeper: "Flask-Session", table: "sessions", columns: "id, session_id, data, expiry", migrate: "db.create_all()",
	schema: func(database string) (string, error) { return flasksession.Schema(flaskTable(database)) },
	serve:  serveFlask, upkeep: upkeepFlask,
}

func serveFlask(_ context.Context, b *backend, w want) error {
	store, format, err := b.flaskStore()
	if err != nil {
		return err
	}
	engine, err := flasksession.New(flasksession.Options{Store: store, Format: format, Lifetime: w.lifetime})
	if err != nil {
		return err
	}
	b.config, b.place = engine.Config, "Flask-Session's way, in "+b.place
	b.site = site.Options{Framework: flaskShared}
	b.site.NoList = "Flask-Session keeps no list of a user's sessions, so they can be neither listed nor ended from elsewhere."
	return nil
}

// flaskStore returns where Flask-Session keeps sessions, and in which format its
// newest version writes them there.
func (b *backend) flaskStore() (kv.Store, flasksession.Format, error) {
	switch {
	case b.foreign.kv != nil:
		return b.foreign.kv, flasksession.Msgpack, nil
	case b.foreign.folder != "":
		store, err := flasksession.OpenFolder(b.foreign.folder, flasksession.FolderOptions{})
		return store, flasksession.Pickle5, err
	}
	store, err := flasksession.NewTable(b.foreign.db, flaskTable(b.kind))
	return store, flasksession.Msgpack, err
}

// flaskTable is Flask-Session's table in a kind of database.
func flaskTable(database string) flasksession.TableOptions {
	dialects := map[string]flasksession.Dialect{
		"sqlite": flasksession.SQLite, "postgres": flasksession.PostgreSQL, "mysql": flasksession.MySQL,
	}
	return flasksession.TableOptions{Dialect: dialects[database]}
}

// upkeepFlask is for sweeping.
func upkeepFlask(b *backend, _ want) error {
	switch {
	case b.foreign.db != nil:
		table, err := flasksession.NewTable(b.foreign.db, flaskTable(b.kind))
		if err != nil {
			return err
		}
		b.sweep = table.Sweep
	case b.foreign.folder != "":
		return usagef("flask+file: Flask deletes the files itself, the oldest ones when there are more than SESSION_FILE_THRESHOLD; there is nothing to sweep")
	}
	return nil
}
