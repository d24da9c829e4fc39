package main

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/goredisstore"
	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/sqlite3store"
	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
)

// scsLibrary is github.com/alexedwards/scs.
type scsLibrary struct{ *scs.SessionManager }

func newSCS(store scs.Store, idle time.Duration) scsLibrary {
	m := scs.New()
	m.Store = store
	m.IdleTimeout = idle
	m.Cookie.Secure = true
	m.Cookie.Persist = false
	return scsLibrary{m}
}

func (l scsLibrary) wrap(next http.Handler) http.Handler { return l.LoadAndSave(next) }

func (l scsLibrary) get(r *http.Request, key string) string { return l.GetString(r.Context(), key) }

func (l scsLibrary) set(_ http.ResponseWriter, r *http.Request, entries []entry) error {
	l.put(r.Context(), entries)
	return nil
}

func (l scsLibrary) login(_ http.ResponseWriter, r *http.Request, entries []entry) error {
	if err := l.RenewToken(r.Context()); err != nil {
		return err
	}
	l.put(r.Context(), entries)
	return nil
}

func (l scsLibrary) rotate(r *http.Request) error { return l.RenewToken(r.Context()) }

func (l scsLibrary) put(ctx context.Context, entries []entry) {
	for _, e := range entries {
		l.Put(ctx, e.key, e.value)
	}
}

func (l scsLibrary) fillUntil(data []entry, t time.Time) error {
	ctx, err := l.Load(context.Background(), "")
	if err != nil {
		return err
	}
	l.put(ctx, data)
	if !t.IsZero() {
		l.SetDeadline(ctx, t)
	}
	_, _, err = l.Commit(ctx)
	return err
}

// openSCSMemory returns what opens a site with that idle timeout, 0 for none.
func openSCSMemory(idle time.Duration) func(options) (*site, error) {
	return func(o options) (*site, error) {
		store := memstore.NewWithCleanupInterval(o.sweep)
		l := newSCS(store, idle)
		s := newSite(l, o)
		s.fillUntil = func(t time.Time) error { return l.fillUntil(o.data, t) }
		s.close = func() error {
			store.StopCleanup()
			return nil
		}
		return s, nil
	}
}

func openSCSSQLite(o options) (*site, error) {
	db, err := openSQLite(o.dir)
	if err != nil {
		return nil, err
	}
	_, err = db.Exec(`CREATE TABLE sessions (token TEXT PRIMARY KEY, data BLOB NOT NULL, expiry REAL NOT NULL);
		CREATE INDEX sessions_expiry_idx ON sessions(expiry);`)
	s := newSite(newSCS(sqlite3store.NewWithCleanupInterval(db, 0), 0), o)
	s.close = db.Close
	return s, err
}

func openSCSRedis(o options) (*site, error) {
	address, err := o.farm.redisAddress()
	if err != nil {
		return nil, err
	}
	client := redis.NewClient(&redis.Options{Addr: address})
	s := newSite(newSCS(goredisstore.NewWithPrefix(client, o.farm.name()), 0), o)
	s.close = client.Close
	return s, nil
}

// openSCSPostgres takes the store over pgx itself, which is faster than by
// database/sql. All sites share its one table.
func openSCSPostgres(o options) (*site, error) {
	url, err := o.farm.postgresURL()
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.New(context.Background(), url)
	if err != nil {
		return nil, err
	}
	_, err = pool.Exec(context.Background(), `
		CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, data BYTEA NOT NULL, expiry TIMESTAMPTZ NOT NULL);
		CREATE INDEX IF NOT EXISTS sessions_expiry_idx ON sessions (expiry);`)
	s := newSite(newSCS(pgxstore.NewWithCleanupInterval(pool, 0), 0), o)
	s.close = func() error {
		pool.Close()
		return nil
	}
	return s, err
}
