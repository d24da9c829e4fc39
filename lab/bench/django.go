package main

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/compat/djangosigning"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/lab/python/peer"
)

const djangoKey = "a key of some length"

// djangoSetup is signing.dumps and signing.loads with their defaults.
func djangoSetup() peer.Setup {
	return peer.Setup{Kind: "django", Key: djangoKey, Salt: djangosigning.DumpsSalt, Now: time.Now().Unix()}
}

// openDjangoSigning is package djangosigning, which encodes and decodes all of the data
// here, as Python does.
func openDjangoSigning(o options) (*site, error) {
	signer, err := djangosigning.NewTimestampSigner(djangoKey, djangosigning.Options{Salt: djangosigning.DumpsSalt})
	if err != nil {
		return nil, err
	}
	values := asMap(o.data)
	return tokenSite(
		func() (string, error) { return signer.Dumps(values) },
		func(token string) error {
			var v any
			_, err := signer.Loads(token, &v)
			return err
		})
}

// openDjangoCookie keeps sessions as Django's signed_cookies.
func openDjangoCookie(o options) (*site, error) { return djangoSite(nil, o) }

// openDjangoPostgres keeps sessions as Django's db engine.
func openDjangoPostgres(o options) (*site, error) {
	url, err := o.farm.postgresURL()
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	s, err := djangoTableSite(db, o)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.close = db.Close
	return s, nil
}

func djangoTableSite(db *sql.DB, o options) (*site, error) {
	table, err := djangostore.NewTable(db, djangostore.TableOptions{Dialect: djangostore.PostgreSQL, Name: o.farm.name()})
	if err == nil {
		err = table.CreateSchema(context.Background())
	}
	if err != nil {
		return nil, err
	}
	return djangoSite(table, o)
}

// djangoSite has visitors that send requests, and others that call the engine alone.
func djangoSite(backend kv.Store, o options) (*site, error) {
	engine, err := django.New(django.Options{
		SecretKeys: []string{djangoKey}, Backend: backend,
		UserPassword: func(context.Context, string) (string, error) { return "!", nil },
	})
	if err != nil {
		return nil, err
	}
	m, err := session.New(engine.Config(session.Config{}))
	if err != nil {
		return nil, err
	}
	s := newSite(coatcheck{m}, o)
	requests := s.visitor
	s.visitor = func(a act, cookie string) visitor {
		if a == actLoad || a == actSave {
			return engineVisitor(engine, cookie, a)
		}
		return requests(a, cookie)
	}
	return s, nil
}

// engineVisitor opens the session of a cookie, or saves it with another theme each time.
func engineVisitor(engine *django.Engine, cookie string, a act) visitor {
	cookies, err := http.ParseCookie(cookie)
	if err != nil {
		return callVisitor(func() error { return err })
	}
	token, ctx := cookies[0].Value, context.Background()
	var s session.Snapshot
	open := func() error { return engine.Open(ctx, token, &s) }
	if a == actLoad {
		return callVisitor(open)
	}
	themes, saves := [2]string{`"dark"`, `"pale"`}, 0
	failed := open()
	return callVisitor(func() error {
		next := s
		next.Saved = time.Now()
		next.Values.Set(themeKey, themes[saves%2])
		saves++
		_, err := engine.Keep(ctx, &s, &next, 0)
		s = next
		return errors.Join(failed, err)
	})
}
