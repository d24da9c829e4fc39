package nearcache

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/pgbus"
	"github.com/coatcheck-go/session/redisstore"
	"github.com/coatcheck-go/session/sqlstore"
)

// A backend is a kind of server that keeps the sessions and carries the bus.
type backend struct {
	start  func() (*servers.Server, error)
	server *servers.Server

	address func(*servers.Server) string
	open    func(ctx context.Context, address string) (session.Store, nearcache.Bus, error)
	empty   func(tb testing.TB, address string) // deletes all records
	cut     func(tb testing.TB, address string) // ends all connections that listen
}

var backends = map[string]*backend{
	"postgres": {
		start:   servers.Postgres,
		address: func(s *servers.Server) string { return s.PostgresURL("coatcheck") },
		open:    openPostgres,
		empty:   func(tb testing.TB, address string) { execute(tb, address, `TRUNCATE coatcheck_sessions`) },
		cut: func(tb testing.TB, address string) {
			execute(tb, address, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`)
		},
	},
	"redis": {
		start:   func() (*servers.Server, error) { return servers.Redis() },
		address: (*servers.Server).Address,
		open:    openRedis,
		empty:   func(tb testing.TB, address string) { command(tb, address, "FLUSHALL") },
		cut:     func(tb testing.TB, address string) { command(tb, address, "CLIENT", "KILL", "TYPE", "pubsub") },
	},
}

func openPostgres(ctx context.Context, address string) (session.Store, nearcache.Bus, error) {
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return nil, nil, err
	}
	store, err := sqlstore.New(stdlib.OpenDBFromPool(pool), sqlstore.PostgreSQL, sqlstore.Options{})
	if err == nil {
		err = store.CreateSchema(ctx)
	}
	if err != nil {
		return nil, nil, err
	}
	bus, err := pgbus.New(pool, pgbus.Options{})
	return store, bus, err
}

// openRedis uses the options that the documentation of redisstore recommends.
func openRedis(_ context.Context, address string) (session.Store, nearcache.Bus, error) {
	client, err := rueidis.NewClient(rueidis.ClientOption{
		InitAddress: []string{address}, ForceSingleClient: true, DisableCache: true,
	})
	if err != nil {
		return nil, nil, err
	}
	store, err := redisstore.New(client, redisstore.Options{})
	if err != nil {
		return nil, nil, err
	}
	bus, err := redisstore.NewBus(client, redisstore.Options{})
	return store, bus, err
}

// execute runs a statement on a connection of its own.
func execute(tb testing.TB, address, statement string) {
	tb.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	must(tb, err)
	_, err = conn.Exec(ctx, statement)
	must(tb, err)
	must(tb, conn.Close(ctx))
}

// command runs a command on a client of its own.
func command(tb testing.TB, address string, words ...string) {
	tb.Helper()
	client, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{address}, ForceSingleClient: true, DisableCache: true})
	must(tb, err)
	defer client.Close()
	must(tb, client.Do(context.Background(), client.B().Arbitrary(words...).Build()).Error())
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
