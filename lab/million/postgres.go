package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/lab/internal/traffic"
	"github.com/coatcheck-go/session/sqlstore"
)

// postgresPlace is a PostgreSQL server that waits for its disk.
type postgresPlace struct {
	server   *servers.Server
	db       *sql.DB
	sessions *sqlstore.Store
	version  string
}

func openPostgres(ctx context.Context) (place, error) {
	server, err := servers.PostgresDurable()
	if err != nil {
		return nil, err
	}
	p := &postgresPlace{server: server}
	if err := p.connect(ctx); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *postgresPlace) url() string { return p.server.PostgresURL("coatcheck") }

// connect opens the database as the documentation of package sqlstore recommends.
func (p *postgresPlace) connect(ctx context.Context) (err error) {
	if p.db, err = sql.Open("pgx", p.url()); err != nil {
		return err
	}
	p.db.SetMaxOpenConns(16)
	p.db.SetMaxIdleConns(16)
	if p.sessions, err = sqlstore.New(p.db, sqlstore.PostgreSQL, sqlstore.Options{}); err != nil {
		return err
	}
	if err := p.sessions.CreateSchema(ctx); err != nil {
		return err
	}
	return p.db.QueryRowContext(ctx, `SHOW server_version`).Scan(&p.version)
}

func (p *postgresPlace) name() string {
	version, _, _ := strings.Cut(p.version, " ") // without the distribution's
	return "PostgreSQL " + version
}

func (p *postgresPlace) store() session.Store { return p.sessions }

// bytes are the table's with its indexes, after what the server's autovacuum would do.
func (p *postgresPlace) bytes(ctx context.Context) (n int64, err error) {
	if _, err := p.db.ExecContext(ctx, `VACUUM ANALYZE coatcheck_sessions`); err != nil {
		return 0, err
	}
	err = p.db.QueryRowContext(ctx, `SELECT pg_total_relation_size('coatcheck_sessions')`).Scan(&n)
	return n, err
}

// turns without the sweep are shorter, so that all is over soon.
func (*postgresPlace) turns(s settings) traffic.Turns {
	return traffic.Turns{Rate: s.rate, Alone: s.turn * 2 / 5, Beside: s.turn, Limit: s.limit}
}

// sweep does what session.SweepEvery does.
func (p *postgresPlace) sweep(ctx context.Context, _ settings, turn time.Duration) (ended bool, err error) {
	const batch = 500
	for begin := time.Now(); time.Since(begin) < turn; {
		n, err := session.Sweep(ctx, p.sessions, batch)
		if err != nil || n < batch {
			return err == nil, err
		}
	}
	return false, nil
}

func (*postgresPlace) expiry() string { return "beside the sweep" }

func (p *postgresPlace) count(ctx context.Context) (found int, err error) {
	err = p.db.QueryRowContext(ctx, `SELECT count(*) FROM coatcheck_sessions`).Scan(&found)
	return found, err
}

func (*postgresPlace) notes() string { return "" }

func (p *postgresPlace) close() (err error) {
	if p.sessions != nil {
		err = p.sessions.Close()
	}
	if p.db != nil {
		err = errors.Join(err, p.db.Close())
	}
	return errors.Join(err, p.server.Close())
}
