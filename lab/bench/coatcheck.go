package main

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sqlstore"
)

// coatcheck is this project's library.
type coatcheck struct{ *session.Manager }

func newCoatcheck(store session.Store, limits session.Limits) (coatcheck, error) {
	m, err := session.New(session.Config{Store: store, Limits: limits})
	return coatcheck{m}, err
}

func (c coatcheck) wrap(next http.Handler) http.Handler { return c.Wrap(next) }

func (c coatcheck) get(r *http.Request, key string) string {
	text, err := session.Get[string](session.From(r), key)
	if err != nil {
		return err.Error()
	}
	return text
}

func (c coatcheck) set(_ http.ResponseWriter, r *http.Request, entries []entry) error {
	return setAll(session.From(r), entries)
}

func (c coatcheck) login(_ http.ResponseWriter, r *http.Request, entries []entry) error {
	s := session.From(r)
	if err := s.Login("12345"); err != nil {
		return err
	}
	return setAll(s, entries)
}

func (c coatcheck) rotate(r *http.Request) error { return session.From(r).Rotate() }

func setAll(s *session.Session, entries []entry) error {
	for _, e := range entries {
		if err := s.Set(e.key, e.value); err != nil {
			return err
		}
	}
	return nil
}

// openCoatcheckMemory returns what opens a site with those limits.
func openCoatcheckMemory(limits session.Limits) func(options) (*site, error) {
	return func(o options) (*site, error) {
		store := memstore.New(memstore.Options{})
		c, err := newCoatcheck(store, limits)
		if err != nil {
			return nil, err
		}
		s := newSite(c, o)
		s.fillUntil = func(t time.Time) error { return c.fillUntil(o.data, t) }
		s.sweep = func() error { return sweepAll(store) }
		return s, nil
	}
}

func (c coatcheck) fillUntil(data []entry, t time.Time) error {
	s := c.New(context.Background())
	if err := setAll(s, data); err != nil {
		return err
	}
	if !t.IsZero() {
		// By the idle timeout, for the store goes by that; ExpireAt ends a session
		// that the store keeps until then.
		if err := s.ExpireAfter(time.Until(t)); err != nil {
			return err
		}
	}
	return s.Save()
}

// sweepAll does what session.SweepEvery does each time.
func sweepAll(store session.Store) error {
	const batch = 500
	for {
		n, err := session.Sweep(context.Background(), store, batch)
		if err != nil || n < batch {
			return err
		}
	}
}

func openCoatcheckSQLite(o options) (*site, error) {
	db, store, err := openSQLStore(o.dir)
	if err != nil {
		return nil, err
	}
	c, err := newCoatcheck(store, session.Limits{})
	s := newSite(c, o)
	s.close = func() error { return errors.Join(store.Close(), db.Close()) }
	return s, err
}

func openSQLStore(dir string) (*sql.DB, *sqlstore.Store, error) {
	db, err := openSQLite(dir)
	if err != nil {
		return nil, nil, err
	}
	store, err := sqlstore.New(db, sqlstore.SQLite, sqlstore.Options{})
	if err == nil {
		err = store.CreateSchema(context.Background())
	}
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, store, nil
}
