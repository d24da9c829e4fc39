package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

// A framework is another one whose sessions a site of ours can share. They are kept as it
// keeps them: flask+URL is Flask-Session's way on the server at URL, django+URL Django's.
type framework struct {
	name    string // in the URL: "flask"
	keeper  string // for people: "Flask-Session"
	table   string // of its sessions
	columns string // of the table
	migrate string // its own command that makes the table
	flags   uint32 // of its values in memcached

	schema func(database string) (string, error)               // the SQL of the table, in a kind of database
	serve  func(ctx context.Context, b *backend, w want) error // makes b fit for a site
	upkeep func(b *backend, w want) error                      // makes b fit for a sweep
}

// A place is a server or folder in which another framework keeps sessions. One of the
// first three is set.
type place struct {
	kv     kv.Store
	db     *sql.DB
	folder string
	cache  kv.Store // in front of db, if there is one
}

const (
	flaskForm         = "flask:"
	flaskSessionForm  = "flask+URL"
	djangoCookieForm  = "django+cookie:"
	djangoSessionForm = "django+URL"
)

// openForeign keeps sessions as the framework does on the server that url names.
func openForeign(ctx context.Context, f *framework, url string, w want) (*backend, error) {
	w.foreign = f
	b, err := openStore(ctx, url, w)
	if err != nil {
		return nil, err
	}
	if err := b.share(ctx, f, w); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *backend) share(ctx context.Context, f *framework, w want) error {
	if b.foreign.db != nil {
		if err := f.needTable(ctx, b, w.create); err != nil {
			return err
		}
	}
	if w.site == nil {
		return f.upkeep(b, w)
	}
	if w.cache != "" {
		if err := b.putCache(ctx, f, w.cache); err != nil {
			return err
		}
	}
	return f.serve(ctx, b, w)
}

var errCache = usagef("--cache is for %s with a database, where SESSION_ENGINE is cached_db", djangoSessionForm)

// putCache puts the cache at url in front of a database.
func (b *backend) putCache(ctx context.Context, f *framework, url string) error {
	if f != djangoSessions || b.foreign.db == nil {
		return errCache
	}
	cache, err := openStore(ctx, url, want{foreign: f})
	if err != nil {
		return err
	}
	closeBase := b.close
	b.close = func() error { return errors.Join(cache.close(), closeBase()) }
	if b.foreign.cache = cache.foreign.kv; b.foreign.cache == nil {
		return usagef("--cache: takes %s or %s, not %s:", redisForm, memcachedForm, cache.kind)
	}
	b.place += ", with copies in " + cache.place
	return nil
}

// findForeign is for the sessions of a framework at url.
func findForeign(s scheme, url string) (name, rest string, _ scheme, err error) {
	inner, _, at, err := findScheme(url)
	if err == nil && !at.foreign {
		err = usagef("%s keeps no sessions in %s: use one of %s after %s+", s.framework.keeper, inner+":", forms(takesForeign), s.framework.name)
	}
	return s.framework.name + "+" + inner, url, s, err
}

func takesForeign(s scheme) bool { return s.foreign }

// ownOnly is an error for the URL of sessions in another framework's form.
func ownOnly(url, why string) error {
	name, _, s, err := findScheme(url)
	if err != nil || s.framework == nil {
		return err
	}
	return usagef("%s: keeps sessions in the form of %s, and %s", name, s.framework.keeper, why)
}

// needTable sees to it that the framework's table is there, and as the framework makes it.
// In a file of SQLite it is made; on a server that is for who looks after it.
func (f *framework) needTable(ctx context.Context, b *backend, create bool) error {
	opening, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	there, err := hasTable(opening, b, f.table)
	switch {
	case err != nil:
		return fmt.Errorf("can't use %s: %w", b.place, advise(err))
	case !there && create && b.kind == "sqlite":
		return f.create(opening, b)
	case !there:
		return fmt.Errorf("there is no table %s in %s: make it by %q, or by the SQL that \"coatcheck schema --store %s+%s:\" prints",
			f.table, b.place, f.migrate, f.name, b.kind)
	}
	if _, err := b.foreign.db.ExecContext(opening, "SELECT "+f.columns+" FROM "+f.table+" WHERE 1 = 0"); err != nil {
		return fmt.Errorf("the table %s in %s isn't one that %s makes: %w", f.table, b.place, f.keeper, err)
	}
	return nil
}

func (f *framework) create(ctx context.Context, b *backend) error {
	schema, err := f.schema(b.kind)
	if err == nil {
		_, err = b.foreign.db.ExecContext(ctx, schema)
	}
	return err
}

// tableQueries count the tables of a name.
var tableQueries = map[string]string{
	"sqlite":   "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?",
	"postgres": "SELECT count(to_regclass($1))",
	"mysql":    "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?",
}

// hasTable tells whether the database has the table.
func hasTable(ctx context.Context, b *backend, table string) (bool, error) {
	n := 0
	err := b.foreign.db.QueryRowContext(ctx, tableQueries[b.kind], table).Scan(&n)
	return n > 0, err
}

// foreignWant is what the flags say of sessions that another framework shares.
func foreignWant(command *cli.Command) want {
	w := want{secretFile: command.String("secret-file"), cache: command.String("cache")}
	if command.IsSet("lifetime") {
		w.lifetime = durationOf(command, "lifetime")
	}
	return w
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
