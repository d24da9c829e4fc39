package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/flask"
	"github.com/coatcheck-go/session/compat/flasksession"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/kv"
)

// Sessions of another framework are kept as it keeps them: flask: is its cookie, and
// flask+URL the server of Flask-Session.
const (
	flaskScheme = "flask"
	flaskForm   = "flask:"
	foreignForm = "flask+URL"
)

// A place is a server or folder in which another framework keeps sessions. One of
// its fields is set.
type place struct {
	kv     kv.Store
	db     *sql.DB
	folder string
}

// openFlask keeps sessions in Flask's own signed cookie.
func openFlask(_ context.Context, rest string, w want) (*backend, error) {
	if rest != "" {
		return nil, usagef("flask: takes nothing after the colon; for Flask-Session use %s", foreignForm)
	}
	b := &backend{close: func() error { return nil }}
	if w.site == nil {
		return b, nil
	}
	secrets, err := openSecrets(w.site.secretFile)
	if err != nil {
		return nil, err
	}
	engine, err := flask.New(flask.Options{SecretKeys: secrets.keys, IDKey: csrfKey})
	if err != nil {
		return nil, err
	}
	b.config, b.place, b.lasts = engine.Config, "Flask's signed cookie, with "+secrets.place, secrets.lasts
	b.subjectKey = flaskSubject
	b.noList = "Flask's cookie holds the whole session and the server keeps no record of it, so sessions can be neither listed nor " +
		"ended from elsewhere. A copy of a cookie is good until it expires, also after signing out."
	return b, nil
}

// flaskSubject is where the applications of Flask's documentation keep who is signed
// in: the engines' default.
const flaskSubject = "username"

// csrfKey is where the demo keeps what its forms' CSRF tokens are bound to: Flask's
// sessions have no ID.
const csrfKey = "_coatcheck_id"

// openFlaskSession keeps sessions as Flask-Session does on the server that url names.
func openFlaskSession(ctx context.Context, url string, w want) (*backend, error) {
	w.foreign = true
	b, err := openStore(ctx, url, w)
	if err != nil || w.site == nil {
		return b, err
	}
	store, format, err := b.flaskStore()
	if err == nil {
		var engine *flasksession.Engine
		if engine, err = flasksession.New(flasksession.Options{Store: store, Format: format}); err == nil {
			b.config = engine.Config
		}
	}
	if err != nil {
		return nil, errors.Join(err, b.close())
	}
	b.place = "Flask-Session's way, in " + b.place
	b.subjectKey = flaskSubject
	b.noList = "Flask-Session keeps no list of a user's sessions, so they can be neither listed nor ended from elsewhere."
	return b, nil
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
	dialects := map[string]flasksession.Dialect{
		"sqlite": flasksession.SQLite, "postgres": flasksession.PostgreSQL, "mysql": flasksession.MySQL,
	}
	store, err := flasksession.NewTable(b.foreign.db, flasksession.TableOptions{Dialect: dialects[b.kind]})
	return store, flasksession.Msgpack, err
}

// secretSource is where the secret keys of another framework are.
type secretSource struct {
	keys  []string // the first signs
	place string   // for people
	lasts bool
}

// openSecrets reads a file with one key a line, the first of which signs, or else the
// environment; without either it makes a key for this run.
func openSecrets(file string) (secretSource, error) {
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return secretSource{}, err
		}
		keys := strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' || r == '\r' })
		if len(keys) == 0 {
			return secretSource{}, fmt.Errorf("%s: there is no secret in it: put SECRET_KEY on its first line", file)
		}
		return secretSource{keys, "the secret in " + file, true}, nil
	}
	if key := os.Getenv(secretVariable); key != "" {
		return secretSource{[]string{key}, "the secret in " + secretVariable, true}, nil
	}
	return secretSource{[]string{fmt.Sprintf("%x", []byte(keyring.Generate()))}, "a secret made for this run", false}, nil
}

// useConfig has the site keep sessions as b does.
func (b *backend) useConfig(c session.Config) session.Config {
	switch {
	case b.config != nil:
		c.Cookie = session.Cookie{} // the framework's own
		return b.config(c)
	case b.engine != nil:
		c.Engine = b.engine
	default:
		c.Store = b.store
	}
	return c
}
