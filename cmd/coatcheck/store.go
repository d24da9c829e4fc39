package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/cmd/coatcheck/internal/site"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/sqlstore"
)

// A backend is an opened store and what there is to say of it.
type backend struct {
	store session.Store
	kind  string // for programs: "sqlite"
	place string // for people: "SQLite, /home/me/sessions.db"
	lasts bool   // sessions outlive the program
	close func() error

	// clean removes all that is in the namespace the store was opened in. It
	// comes before close; nil: there is nothing to remove.
	clean func(context.Context) error

	// bus connects near caches; nil: this kind of store has none.
	bus func(context.Context) (nearcache.Bus, error)

	// sweep deletes at most limit expired sessions; nil: there is nothing to sweep.
	sweep sweeper

	site   site.Options // what the demo must know of these sessions
	advice string       // what to do so that they are of more use, "": nothing

	// Of sessions that another framework shares.
	foreign place                               // where they are
	config  func(session.Config) session.Config // makes a Manager's settings fit

	// Of sessions that are in the visitor's hands. The store, if there is one, then
	// holds a record of each.
	engine session.Engine
	keys   *keyring.Ring
	reload func() error // reads the keys again
}

// want says how a store is to be opened.
type want struct {
	create  bool       // make it where there is none
	space   string     // a namespace of its own; "": the one where sessions are
	foreign *framework // whose sessions are there: no store, but place; nil: our own
	site    *siteWant

	// Of sessions that another framework shares.
	secretFile string        // "": none
	lifetime   time.Duration // of sessions that say nothing of it; 0: the framework's own default
	cache      string        // URL of a cache in front of a database, "": none
}

// siteWant is what the store of a site must know besides; nil: there is no site.
type siteWant struct {
	app      string
	keyFile  string        // "": none
	maxStale time.Duration // of a near cache that isn't told of changes; 0: there must be none
}

// A scheme is what a store URL may begin with. A new kind of store is one entry
// in schemes.
type scheme struct {
	form       string           // of the URL
	open       opener           // makes the store where rest says
	dialect    sqlstore.Dialect // zero: the store keeps no table
	clientSide bool             // it is no store: sessions are elsewhere, in the visitor's hands for instance
	foreign    bool             // sessions of another framework may be there
	framework  *framework       // whose sessions these are; nil: they aren't at another URL
}

func (s scheme) isStore() bool { return !s.clientSide }

// An opener opens the store that rest, the URL without its scheme, names. It finds
// out at once whether the store can be used.
type opener func(ctx context.Context, rest string, w want) (*backend, error)

var schemes = map[string]scheme{
	"cookie":         {form: cookieForm, clientSide: true},
	"django+":        {form: djangoSessionForm, framework: djangoSessions, clientSide: true},
	"django+cookie":  {form: djangoCookieForm, open: openDjangoCookie, clientSide: true},
	"file":           {form: "file:DIR", open: openFolder, foreign: true},
	"flask":          {form: flaskForm, open: openFlask, clientSide: true},
	"flask+":         {form: flaskSessionForm, framework: flaskSessions, clientSide: true},
	"jwt":            {form: jwtForm, clientSide: true},
	"memcached":      {form: memcachedForm, open: openMemcached, foreign: true},
	"memory":         {form: "memory:", open: openMemory},
	"mysql":          {form: mysqlForm, open: openMySQL, dialect: sqlstore.MySQL, foreign: true},
	"postgres":       {form: postgresForm, open: openPostgres, dialect: sqlstore.PostgreSQL, foreign: true},
	"redis":          {form: redisForm, open: openRedis, foreign: true},
	"redis+cluster":  {form: redisClusterForm, open: openRedisCluster, foreign: true},
	"redis+sentinel": {form: redisSentinelForm, open: openRedisSentinel, foreign: true},
	"rediss":         {form: redissForm, open: openRedisTLS, foreign: true},
	"sqlite":         {form: "sqlite:FILE", open: openSQLite, dialect: sqlstore.SQLite, foreign: true},
	"tiered":         {form: tieredForm},
}

// openURL opens a URL. Those that have another URL in them are not in schemes, for Go
// lets no variable depend on itself.
func (s scheme) openURL(ctx context.Context, name, rest string, w want) (*backend, error) {
	if s.framework != nil {
		return openForeign(ctx, s.framework, rest, w)
	}
	switch name {
	case "cookie":
		return openCookie(ctx, rest, w)
	case "jwt":
		return openJWT(ctx, rest, w)
	case "tiered":
		return openTiered(ctx, rest, w)
	}
	return s.open(ctx, rest, w)
}

// findScheme takes a store URL apart. An unknown one isn't repeated whole: there
// may be a password in it.
func findScheme(url string) (name, rest string, s scheme, err error) {
	name, rest, found := strings.Cut(url, ":")
	s, known := schemes[name]
	whose, inner, _ := strings.Cut(url, "+")
	switch f := schemes[whose+"+"]; {
	case f.framework != nil && (!known || s.framework != nil):
		return findForeign(f, inner)
	case !found:
		return "", "", s, usagef("a store is given as %s", forms(allSchemes))
	case !known:
		return "", "", s, usagef("there is no store %q: use %s", name+":", forms(allSchemes))
	}
	return name, rest, s, nil
}

// openStore opens the store that a URL names.
func openStore(ctx context.Context, url string, w want) (*backend, error) {
	name, rest, s, err := findScheme(url)
	if err != nil {
		return nil, err
	}
	b, err := s.openURL(ctx, name, rest, w)
	if err != nil {
		return nil, err
	}
	b.kind = name
	if s, ok := b.store.(session.Sweeper); ok {
		b.sweep = s.Sweep
	}
	return b, nil
}

func openMemory(_ context.Context, rest string, _ want) (*backend, error) {
	if rest != "" {
		return nil, usagef("memory: takes nothing after the colon")
	}
	return &backend{
		store: memstore.New(memstore.Options{}),
		place: "the memory of this process",
		close: func() error { return nil },
	}, nil
}

func allSchemes(scheme) bool { return true }

// forms lists the store URLs that fit: "file:DIR, memory:, … or sqlite:FILE".
func forms(fit func(scheme) bool) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(schemes)) {
		if fit(schemes[name]) {
			list = append(list, schemes[name].form)
		}
	}
	if last := len(list) - 1; last > 0 {
		return strings.Join(list[:last], ", ") + " or " + list[last]
	}
	return strings.Join(list, "")
}

// storeFlag is --store of every command; a value of "" says that there is no
// default.
func storeFlag(value string) *cli.StringFlag {
	return &cli.StringFlag{
		Name:    "store",
		Usage:   "`URL` of the store: " + forms(allSchemes),
		Value:   value,
		Sources: cli.EnvVars("COATCHECK_STORE"),
	}
}

// givenStore is the value of --store for a command without a default.
func givenStore(command *cli.Command) (string, error) {
	if url := command.String("store"); url != "" {
		return url, nil
	}
	return "", usagef("%s needs a store: give --store URL or set COATCHECK_STORE; URL is %s", command.Name, forms(allSchemes))
}

// hint adds to an error what to do about it.
func hint(err error, advice string) error { return fmt.Errorf("%w: %s", err, advice) }
