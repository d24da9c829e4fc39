package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/pgbus"
	"github.com/coatcheck-go/session/sqlstore"
)

const (
	// connectTimeout is for servers that don't answer, unless the URL says it.
	connectTimeout = 5 * time.Second

	// openTimeout is for servers that take a connection and then say nothing, and
	// has room for making the table.
	openTimeout = 15 * time.Second

	// serverConns is far below the 100 and 151 that the servers allow in all.
	serverConns = 16
	busConns    = 4

	postgresForm = "postgres://USER:PASSWORD@HOST/DATABASE"
	mysqlForm    = "mysql://USER:PASSWORD@HOST/DATABASE"
)

// openPostgres opens a database of a PostgreSQL server.
func openPostgres(ctx context.Context, rest string, w want) (*backend, error) {
	config, err := pgx.ParseConfig("postgres:" + rest)
	if err != nil || !strings.HasPrefix(rest, "//") {
		// The error may show parts of the password.
		return nil, usagef("postgres: that URL can't be read: want %s, with special characters as %%XX", postgresForm)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	place := fmt.Sprintf("PostgreSQL, %s at %s:%d", config.Database, config.Host, config.Port)
	b, err := openServer(ctx, stdlib.OpenDB(*config), sqlstore.PostgreSQL, place, w)
	if err != nil {
		return nil, err
	}
	b.bus = func(ctx context.Context) (nearcache.Bus, error) { return b.openPostgresBus(ctx, "postgres:"+rest) }
	return b, nil
}

// openPostgresBus needs a few connections of its own: one listens.
func (b *backend) openPostgresBus(ctx context.Context, url string) (nearcache.Bus, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("postgres: that URL can't be read for a pool") // the error may show parts of the password
	}
	config.MaxConns = busConns
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	closeStore := b.close
	b.close = func() error { pool.Close(); return closeStore() }
	return pgbus.New(pool, pgbus.Options{})
}

// openMySQL opens a database of a MySQL or MariaDB server. What follows a ? are
// the driver's parameters.
func openMySQL(ctx context.Context, rest string, w want) (*backend, error) {
	config, err := mysqlConfig("mysql:" + rest)
	if err != nil {
		// The error may show parts of the password.
		return nil, usagef("mysql: that URL can't be read: want %s, with special characters as %%XX", mysqlForm)
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	place := fmt.Sprintf("MySQL, %s at %s", config.DBName, config.Addr)
	return openServer(ctx, sql.OpenDB(connector), sqlstore.MySQL, place, w)
}

// mysqlConfig reads a URL; the driver has a form of its own.
func mysqlConfig(text string) (*mysql.Config, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	database := strings.TrimPrefix(u.Path, "/")
	if u.Host == "" || database == "" {
		return nil, errors.New("no host or no database")
	}
	config, err := mysql.ParseDSN("tcp(" + u.Host + ")/" + url.PathEscape(database) + "?" + u.RawQuery)
	if err != nil {
		return nil, err
	}
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	if config.Timeout == 0 {
		config.Timeout = connectTimeout
	}
	return config, nil
}

// openServer sets up the pool as package sqlstore recommends.
func openServer(ctx context.Context, db *sql.DB, d sqlstore.Dialect, place string, w want) (*backend, error) {
	db.SetMaxOpenConns(serverConns)
	db.SetMaxIdleConns(serverConns)
	db.SetConnMaxLifetime(3 * time.Minute)
	opening, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	if w.foreign != nil {
		b, err := foreignDatabase(opening, db, place)
		if err != nil {
			return nil, unusable(err, place)
		}
		return b, nil
	}
	store, err := openTable(opening, db, d, w)
	if err != nil {
		return nil, errors.Join(unusable(err, place), db.Close())
	}
	return &backend{
		store: store,
		place: place,
		lasts: true,
		close: func() error { return errors.Join(store.Close(), db.Close()) },
		clean: func(ctx context.Context) error { return dropTable(ctx, db, w.space) },
	}, nil
}

// unusable says what to do about a server that doesn't answer as it should.
func unusable(err error, place string) error {
	line := strings.Join(strings.Fields(err.Error()), " ") // pgx has several
	return hint(fmt.Errorf("can't use the database (%s): %s", place, line), "check that the server runs and the URL is right")
}
