package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session/lab/internal/servers"
)

// A farm has the servers that sites use. Each is started when the first site asks
// for it. All sites share it, under names of their own.
type farm struct {
	redis, postgres *servers.Server
	names           int
}

// name returns one that no site has yet.
func (f *farm) name() string {
	f.names++
	return "bench" + strconv.Itoa(f.names)
}

func (f *farm) redisAddress() (_ string, err error) {
	if f.redis == nil {
		if f.redis, err = servers.Redis(); err != nil {
			return "", err
		}
	}
	return f.redis.Address(), nil
}

func (f *farm) postgresURL() (_ string, err error) {
	if f.postgres == nil {
		if f.postgres, err = servers.Postgres(); err != nil {
			return "", err
		}
	}
	return f.postgres.PostgresURL("coatcheck"), nil
}

func (f *farm) close() (err error) {
	for _, s := range []*servers.Server{f.redis, f.postgres} {
		if s != nil {
			err = errors.Join(err, s.Close())
		}
	}
	return err
}

// openRedis returns a client as the documentation of redisstore recommends it.
func (f *farm) openRedis() (rueidis.Client, error) {
	address, err := f.redisAddress()
	if err != nil {
		return nil, err
	}
	return rueidis.NewClient(rueidis.ClientOption{
		InitAddress: []string{address}, ForceSingleClient: true,
		DisableCache: true, AlwaysPipelining: true, ConnWriteTimeout: 3 * time.Second,
	})
}

// info asks Redis for a line of its statistics.
func (f *farm) info(section, name string) (value string, err error) {
	client, err := f.openRedis()
	if err != nil {
		return "", err
	}
	defer client.Close()
	text, err := client.Do(context.Background(), client.B().Info().Section(section).Build()).ToString()
	if err != nil {
		return "", err
	}
	_, rest, found := strings.Cut(text, "\n"+name+":")
	if !found {
		return "", fmt.Errorf("redis: no %s in its statistics", name)
	}
	value, _, _ = strings.Cut(rest, "\r\n")
	return value, nil
}

// redisReads is how often Redis has read from a connection. A client that waits for
// each answer is read from once a round trip, however many commands that has.
func (f *farm) redisReads() (int, error) {
	value, err := f.info("stats", "total_reads_processed")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(value)
}

// postgresTransactions is how many transactions PostgreSQL has ended. Each statement
// outside of one is one by itself. A connection's are counted when it is closed, at
// the latest, so this waits until all are.
func (f *farm) postgresTransactions() (n int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	url, err := f.postgresURL()
	if err != nil {
		return 0, err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	for others := 1; others > 0; {
		row := conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM pg_stat_activity
			WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()), xact_commit + xact_rollback
			FROM pg_stat_database WHERE datname = current_database()`)
		if err := row.Scan(&others, &n); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// versions are those of the servers that run.
func (f *farm) versions() (found []string, err error) {
	if f.redis != nil {
		version, err := f.info("server", "redis_version")
		if err != nil {
			return nil, err
		}
		found = append(found, "Redis "+version)
	}
	if f.postgres == nil {
		return found, nil
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, f.postgres.PostgresURL("coatcheck"))
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	var version string
	err = conn.QueryRow(ctx, `SHOW server_version`).Scan(&version)
	version, _, _ = strings.Cut(version, " ")
	return append(found, "PostgreSQL "+version), err
}
