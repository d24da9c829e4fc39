package main

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/sqlstore"
)

// A postgresPlace is a table of package sqlstore with its connections.
type postgresPlace struct {
	db    *sql.DB
	store *sqlstore.Store
	table string
}

// openPostgresPlace opens the database as the documentation of package sqlstore
// recommends.
func openPostgresPlace(f *farm) (p postgresPlace, err error) {
	url, err := f.postgresURL()
	if err != nil {
		return p, err
	}
	if p.db, err = sql.Open("pgx", url); err != nil {
		return p, err
	}
	p.db.SetMaxOpenConns(16)
	p.db.SetMaxIdleConns(16)
	p.table = f.name()
	p.store, err = sqlstore.New(p.db, sqlstore.PostgreSQL, sqlstore.Options{Table: p.table})
	if err == nil {
		err = p.store.CreateSchema(context.Background())
	}
	return p, err
}

func (p postgresPlace) close() error { return errors.Join(p.store.Close(), p.db.Close()) }

func openCoatcheckPostgres(o options) (*site, error) {
	p, err := openPostgresPlace(o.farm)
	if err != nil {
		return nil, err
	}
	c, err := newCoatcheck(p.store, session.Limits{})
	s := newSite(c, o)
	s.close = p.close
	return s, err
}

// rawPostgres does what the least is by two prepared statements: a SELECT to read,
// a SELECT and an UPDATE to write.
type rawPostgres struct {
	read, write *sql.Stmt
	key         []byte
}

// openRawPostgres takes the table of package sqlstore with one session in it.
func openRawPostgres(o options) (*site, error) {
	p, err := openPostgresPlace(o.farm)
	if err != nil {
		return nil, err
	}
	raw, err := p.prepareRaw(o.data)
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	s := rawSite(raw)
	s.close = func() error { return errors.Join(raw.read.Close(), raw.write.Close(), p.close()) }
	return s, nil
}

func (p postgresPlace) prepareRaw(data []entry) (*rawPostgres, error) {
	c, err := newCoatcheck(p.store, session.Limits{})
	if err == nil {
		err = c.fillUntil(data, time.Time{})
	}
	if err != nil {
		return nil, err
	}
	raw := &rawPostgres{}
	if err := p.db.QueryRow(`SELECT id FROM ` + p.table).Scan(&raw.key); err != nil {
		return nil, err
	}
	raw.read, err = p.db.Prepare(`SELECT version, expires, subject, data FROM ` + p.table + ` WHERE id = $1`)
	if err != nil {
		return nil, err
	}
	raw.write, err = p.db.Prepare(`UPDATE ` + p.table + ` SET version = version + 1, expires = $1, subject = $2, data = $3
		WHERE id = $4`)
	return raw, err
}

func (raw *rawPostgres) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var version, expires int64
	var subject string
	var data []byte
	err := raw.read.QueryRowContext(r.Context(), raw.key).Scan(&version, &expires, &subject, &data)
	if err == nil && r.Method == http.MethodPost {
		_, err = raw.write.ExecContext(r.Context(), expires, subject, data, raw.key)
	}
	answer(w, err == nil && len(data) > 0)
}
