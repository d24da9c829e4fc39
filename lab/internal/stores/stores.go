// Package stores opens the stores of the tests by name, as their documentation
// recommends, so that several processes can be told to share one.
package stores

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/memcachestore"
	"github.com/coatcheck-go/session/redisstore"
	"github.com/coatcheck-go/session/sqlstore"
)

// A Store is one of a server.
type Store interface {
	session.Store

	// Check tells what is wrong with the server.
	Check(ctx context.Context) error
}

// openers are the kinds of stores.
var openers = map[string]func(place string, timeout time.Duration) (Store, func() error, error){
	"redis": func(place string, timeout time.Duration) (Store, func() error, error) {
		o := RedisOption(timeout, place)
		o.ForceSingleClient = true
		return openRedis(o, timeout)
	},
	"sentinel": func(place string, timeout time.Duration) (Store, func() error, error) {
		o := RedisOption(timeout, place)
		o.Sentinel = rueidis.SentinelOption{MasterSet: servers.SentinelMaster, TopologyRefreshInterval: time.Second}
		return openRedis(o, timeout)
	},
	"cluster": func(place string, timeout time.Duration) (Store, func() error, error) {
		return openRedis(RedisOption(timeout, strings.Split(place, ",")...), timeout)
	},
	"memcached": openMemcached,
	"postgres": func(place string, _ time.Duration) (Store, func() error, error) {
		return openSQL("pgx", place, sqlstore.PostgreSQL)
	},
	"mysql": func(place string, _ time.Duration) (Store, func() error, error) {
		return openSQL("mysql", place, sqlstore.MySQL)
	},
}

// Open opens the store of this name: its kind, a colon, and its place. The kinds are
// redis, sentinel, cluster and memcached, whose places are addresses with commas
// between, and postgres and mysql, with data source names. timeout is how long a call
// may take where the store has a say in that. closeAll ends its connections.
func Open(name string, timeout time.Duration) (s Store, closeAll func() error, err error) {
	kind, place, _ := strings.Cut(name, ":")
	open, ok := openers[kind]
	if !ok {
		return nil, nil, fmt.Errorf("stores: there is no kind %q", kind)
	}
	if s, closeAll, err = open(place, timeout); err != nil {
		return nil, nil, fmt.Errorf("stores: open %s: %w", kind, err)
	}
	return s, closeAll, nil
}

// RedisOption is what the documentation of redisstore recommends for all clients.
func RedisOption(timeout time.Duration, addresses ...string) rueidis.ClientOption {
	return rueidis.ClientOption{
		InitAddress: addresses, DisableCache: true, AlwaysPipelining: true, ConnWriteTimeout: timeout,
	}
}

func openRedis(o rueidis.ClientOption, timeout time.Duration) (s Store, closeAll func() error, err error) {
	client, err := rueidis.NewClient(o)
	if err != nil {
		return nil, nil, err
	}
	if client.Mode() == rueidis.ClientModeCluster {
		s, err = redisstore.NewCluster(client, redisstore.Options{Timeout: timeout})
	} else {
		s, err = redisstore.New(client, redisstore.Options{Timeout: timeout})
	}
	return s, func() error { client.Close(); return nil }, err
}

func openMemcached(place string, timeout time.Duration) (Store, func() error, error) {
	client := memcache.New(strings.Split(place, ",")...)
	client.Timeout = timeout / 4 // of each step; a call has up to four
	client.MaxIdleConns = 32     // more than the clients of a test
	s, err := memcachestore.New(client, memcachestore.Options{})
	return s, client.Close, err
}

// openSQL makes the table, if it isn't there.
func openSQL(driver, name string, dialect sqlstore.Dialect) (Store, func() error, error) {
	db, err := sql.Open(driver, name)
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	s, err := sqlstore.New(db, dialect, sqlstore.Options{})
	if err == nil {
		err = s.CreateSchema(context.Background())
	}
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return s, func() error { return errors.Join(s.Close(), db.Close()) }, nil
}
