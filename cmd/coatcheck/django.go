package main

import (
	"context"
	"database/sql"
	"errors"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/cmd/coatcheck/internal/site"
	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/kv"
)

// djangoSessions are those of Django's engines db, file, cache and cached_db.
var djangoSessions = &framework{
	name: "django", keeper: "Django", table: "django_session", columns: "session_key, session_data, expire_date", migrate: "manage.py migrate",
	flags:  1, // a pickle
	schema: func(database string) (string, error) { return djangostore.Schema(djangoTable(database)) },
	serve:  serveDjango, upkeep: upkeepDjango,
}

// openDjangoCookie keeps sessions in the cookie of Django's engine signed_cookies.
func openDjangoCookie(ctx context.Context, rest string, w want) (*backend, error) {
	if rest != "" {
		return nil, usagef("%s takes nothing after the colon; for Django's other engines use %s", djangoCookieForm, djangoSessionForm)
	}
	b := &backend{place: "the cookie of Django's engine signed_cookies", close: func() error { return nil }}
	if w.site == nil {
		return b, nil
	}
	return b, serveDjango(ctx, b, w)
}

// serveDjango makes b fit for a site.
func serveDjango(ctx context.Context, b *backend, w want) error {
	secrets, err := openSecrets(w.secretFile)
	if err != nil {
		return err
	}
	o := django.Options{SecretKeys: secrets.keys, CookieAge: w.lifetime}
	if o.Backend, err = b.djangoStore(o); err != nil {
		return err
	}
	o.Cache = b.foreign.kv != nil
	if b.site.Framework, err = djangoShared(o); err != nil {
		return err
	}
	if err := b.useDjangoUsers(ctx, &o); err != nil {
		return err
	}
	engine, err := django.New(o)
	if err != nil {
		return err
	}
	b.config = djangoConfig(engine, b.site.Accounts == nil)
	b.tellDjango(secrets, o)
	return b.tryDjangoKey(ctx, secrets)
}

// useDjangoUsers has the users of Django's own table sign in, if there is one.
func (b *backend) useDjangoUsers(ctx context.Context, o *django.Options) error {
	users, err := openDjangoUsers(ctx, b)
	if err != nil || users == nil {
		return err
	}
	o.UserPassword, b.site.Accounts = users.password, users
	b.site.Framework.SubjectKey, b.site.Framework.WhoIsThere = "_auth_user_id", users.about()
	return nil
}

// tryDjangoKey finds out whether the key fits what is in the table: a wrong one is told
// by nothing else than that nobody is signed in.
func (b *backend) tryDjangoKey(ctx context.Context, secrets secretSource) error {
	if b.foreign.db == nil {
		return nil
	}
	var newest string
	err := b.foreign.db.QueryRowContext(ctx, "SELECT session_data FROM django_session ORDER BY expire_date DESC LIMIT 1").Scan(&newest)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case !open(newest, secrets.keys, nil).Verified:
		b.advice = "The newest session in there isn't signed with this secret, so its visitor isn't known here: give the site's own SECRET_KEY in " +
			secretVariable + " or by --secret-file"
	}
	return nil
}

// tellDjango says what people should know.
func (b *backend) tellDjango(secrets secretSource, o django.Options) {
	b.site.NoList = "Django keeps no list of a user's sessions, so they can be neither listed nor ended from elsewhere."
	if b.site.ClientSide = o.Backend == nil; b.site.ClientSide {
		b.site.NoList = "Django's cookie holds the whole session and the server keeps no record of it, so sessions can be neither listed nor " +
			"ended from elsewhere. A copy of a cookie is good until it expires, also after signing out."
	}
	if o.Cache { // where Django signs nothing
		return
	}
	b.place, b.lasts = b.place+", signed with "+secrets.place, secrets.lasts
	if !secrets.lasts {
		b.advice = "Give the SECRET_KEY of a Django site in " + secretVariable + ", and this one has the same sessions"
	}
}

// djangoConfig makes the settings of a Manager. byName is for sites without a table of
// users.
func djangoConfig(engine *django.Engine, byName bool) func(session.Config) session.Config {
	return func(c session.Config) session.Config {
		c = engine.Config(c)
		// "cookies" would remove the message that the next page is to show.
		c.ClearSiteData = `"cache", "storage"`
		if byName {
			c.Engine = namedEngine{engine}
		}
		return c
	}
}

// djangoShared is what the site's pages have from Django.
func djangoShared(o django.Options) (site.Framework, error) {
	messages, err := django.NewMessages(django.MessagesOptions{SecretKeys: o.SecretKeys})
	if err != nil {
		return site.Framework{}, err
	}
	csrf, err := django.NewCSRF(django.CSRFOptions{})
	return site.Framework{
		Name: "Django", SubjectKey: usernameKey, EndsAfter: "if nothing in it is changed for",
		WhoIsThere: `Who is signed in is session["username"]: there is no table auth_user here, of Django’s own users.`,
		Messages:   messages, CSRF: csrf, Stored: storedOf(o),
	}, err
}

// djangoStore returns where Django keeps sessions, nil for the cookie.
func (b *backend) djangoStore(o django.Options) (kv.Store, error) {
	switch {
	case b.foreign.kv != nil:
		b.place = "Django's cache in " + b.place
		return djangostore.NewCache(b.foreign.kv, djangostore.CacheOptions{})
	case b.foreign.folder != "":
		b.place = "Django's " + b.place
		return b.djangoFolder(o)
	case b.foreign.db != nil:
		b.place = "Django's table django_session in " + b.place
		return b.djangoDatabase(o)
	}
	return nil, nil
}

// djangoDatabase is the engine db, or cached_db if there is a cache.
func (b *backend) djangoDatabase(o django.Options) (kv.Store, error) {
	table, err := b.djangoTable()
	if err != nil || b.foreign.cache == nil {
		return table, err
	}
	signer, err := django.NewSigner(o)
	if err != nil {
		return nil, err
	}
	cache, err := djangostore.NewCache(b.foreign.cache, djangostore.CacheOptions{Engine: djangostore.CachedDBEngine})
	if err != nil {
		return nil, err
	}
	return djangostore.NewCachedDB(cache, table, djangostore.CachedDBOptions{Encode: signer.Encode(django.Pickle{Write: true})})
}

func (b *backend) djangoTable() (*djangostore.Table, error) {
	return djangostore.NewTable(b.foreign.db, djangoTable(b.kind))
}

// djangoTable is Django's table in a kind of database.
func djangoTable(database string) djangostore.TableOptions {
	dialects := map[string]djangostore.Dialect{
		"sqlite": djangostore.SQLite, "postgres": djangostore.PostgreSQL, "mysql": djangostore.MySQL,
	}
	return djangostore.TableOptions{Dialect: dialects[database]}
}

// djangoFolder is the engine file. The text of a session says when it ends, if it has an
// end of its own.
func (b *backend) djangoFolder(o django.Options) (*djangostore.Folder, error) {
	signer, err := django.NewSigner(o)
	if err != nil {
		return nil, err
	}
	return djangostore.OpenFolder(b.foreign.folder, djangostore.FolderOptions{Age: o.CookieAge, Expiry: signer.Expiry})
}

// storedOf returns a function that shows a session as Django keeps it.
func storedOf(o django.Options) func(ctx context.Context, token string) (string, error) {
	return func(ctx context.Context, token string) (string, error) {
		stored := token
		if o.Backend != nil {
			var err error
			if stored, err = o.Backend.Get(ctx, token); err != nil {
				return "", err
			}
		}
		if !o.Cache {
			return string(open(stored, o.SecretKeys, nil).raw), nil
		}
		dict, err := django.Pickle{}.Loads([]byte(stored))
		if err != nil {
			return "", err
		}
		object, err := django.JSON.Dumps(dict)
		return string(object), err
	}
}
