package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/redisstore"
)

const (
	redisForm         = "redis://[USER:PASSWORD@]HOST[/DATABASE]"
	redissForm        = "rediss://[USER:PASSWORD@]HOST[/DATABASE]" // with TLS
	redisClusterForm  = "redis+cluster://[USER:PASSWORD@]HOST,HOST,…"
	redisSentinelForm = "redis+sentinel://[USER:PASSWORD@]HOST,HOST,…/NAME" // of the primary

	redisSilence = 3 * time.Second // how long a connection may be silent

	redisPort    = "6379"
	sentinelPort = "26379"
)

// A redisPlace is what a URL says of a Redis.
type redisPlace struct {
	option rueidis.ClientOption
	place  string
}

// redisStore is what both of redisstore's stores can do.
type redisStore interface {
	session.Store
	Check(context.Context) error
}

func openRedis(ctx context.Context, rest string, w want) (*backend, error) {
	return openRedisURL(ctx, redisForm, rest, w, func(o *rueidis.ClientOption, hosts []string, path string) (err error) {
		o.InitAddress, o.ForceSingleClient = addresses(hosts, redisPort), true
		o.SelectDB, err = database(path)
		return errors.Join(err, single(hosts))
	})
}

func openRedisTLS(ctx context.Context, rest string, w want) (*backend, error) {
	return openRedisURL(ctx, redissForm, rest, w, func(o *rueidis.ClientOption, hosts []string, path string) (err error) {
		o.InitAddress, o.ForceSingleClient = addresses(hosts, redisPort), true
		host, _, err := net.SplitHostPort(o.InitAddress[0])
		o.TLSConfig = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
		db, dbErr := database(path)
		o.SelectDB = db
		return errors.Join(err, dbErr, single(hosts))
	})
}

func openRedisCluster(ctx context.Context, rest string, w want) (*backend, error) {
	return openRedisURL(ctx, redisClusterForm, rest, w, func(o *rueidis.ClientOption, hosts []string, path string) error {
		o.InitAddress = addresses(hosts, redisPort)
		if path != "" {
			return errors.New("a cluster has no databases")
		}
		return nil
	})
}

func openRedisSentinel(ctx context.Context, rest string, w want) (*backend, error) {
	return openRedisURL(ctx, redisSentinelForm, rest, w, func(o *rueidis.ClientOption, hosts []string, path string) error {
		o.InitAddress = addresses(hosts, sentinelPort)
		o.Sentinel = rueidis.SentinelOption{MasterSet: path, TopologyRefreshInterval: connectTimeout}
		if path == "" {
			return errors.New("no name of a primary")
		}
		return nil
	})
}

// openRedisURL reads what all of these URLs have in common; set does the rest.
func openRedisURL(ctx context.Context, form, rest string, w want, set func(o *rueidis.ClientOption, hosts []string, path string) error) (*backend, error) {
	name, _, _ := strings.Cut(form, ":")
	hosts, user, path, err := splitURL(rest)
	p := redisPlace{place: "Redis at " + strings.Join(hosts, ", ")}
	if err == nil {
		p.option.Username = user.Username()
		p.option.Password, _ = user.Password()
		p.option.Dialer.Timeout = connectTimeout
		// As package redisstore recommends, with the reasons.
		p.option.DisableCache, p.option.AlwaysPipelining, p.option.ConnWriteTimeout = true, true, redisSilence
		err = set(&p.option, hosts, path)
	}
	if err != nil {
		// The error may show parts of the password.
		return nil, usagef("%s: that URL can't be read: want %s, with special characters as %%XX", name, form)
	}
	return p.open(ctx, w)
}

func (p redisPlace) open(ctx context.Context, w want) (*backend, error) {
	client, err := rueidis.NewClient(p.option)
	if err != nil {
		return nil, p.unusable(err)
	}
	store, err := p.store(client, w.space)
	if err == nil {
		err = store.Check(ctx)
	}
	if err != nil {
		client.Close()
		return nil, p.unusable(err)
	}
	if w.foreign != nil {
		values, err := redisstore.NewKV(client, redisstore.Options{Prefix: "-"})
		return &backend{place: p.place, foreign: place{kv: values}, lasts: true, close: func() error { client.Close(); return nil }}, err
	}
	return &backend{
		store: store,
		place: p.place,
		lasts: true,
		close: func() error { client.Close(); return nil },
		clean: func(ctx context.Context) error { return removeKeys(ctx, client, w.space) },
		bus: func(context.Context) (nearcache.Bus, error) {
			return redisstore.NewBus(client, redisstore.Options{Prefix: w.space})
		},
	}, nil
}

// store makes the one of the two stores that fits the server.
func (p redisPlace) store(client rueidis.Client, space string) (redisStore, error) {
	o := redisstore.Options{Prefix: space}
	if client.Mode() == rueidis.ClientModeCluster {
		return redisstore.NewCluster(client, o)
	}
	return redisstore.New(client, o)
}

func (p redisPlace) unusable(err error) error {
	return hint(fmt.Errorf("can't use %s: %w", p.place, err), "check that the server runs and the URL is right")
}

// removeKeys removes all keys of a namespace, on every node.
func removeKeys(ctx context.Context, client rueidis.Client, space string) error {
	for _, node := range client.Nodes() {
		for cursor, more := uint64(0), true; more; more = cursor != 0 {
			scan, err := node.Do(ctx, node.B().Scan().Cursor(cursor).Match(space+"*").Count(1000).Build()).AsScanEntry()
			if err != nil {
				return err
			}
			for _, key := range scan.Elements {
				if err := client.Do(ctx, client.B().Unlink().Key(key).Build()).Error(); err != nil {
					return err
				}
			}
			cursor = scan.Cursor
		}
	}
	return nil
}

// splitURL takes //USER:PASSWORD@HOST,HOST/PATH apart. Package net/url knows no
// list of hosts.
func splitURL(rest string) (hosts []string, user *url.Userinfo, path string, err error) {
	rest, found := strings.CutPrefix(rest, "//")
	authority, path, _ := strings.Cut(rest, "/")
	at := strings.LastIndex(authority, "@")
	hosts = strings.Split(authority[at+1:], ",")
	user = &url.Userinfo{}
	if at >= 0 {
		u, err := url.Parse("redis://" + authority[:at+1] + "host")
		if err != nil {
			return nil, nil, "", err
		}
		user = u.User
	}
	for _, host := range hosts {
		if u, err := url.Parse("redis://" + host); err != nil || u.Hostname() == "" || u.Host != host {
			return nil, nil, "", errors.New("no host")
		}
	}
	if !found || strings.ContainsAny(path, "/?#") {
		return nil, nil, "", errors.New("not of that form")
	}
	return hosts, user, path, nil
}

// addresses puts the port where there is none.
func addresses(hosts []string, port string) []string {
	list := make([]string, len(hosts))
	for i, host := range hosts {
		if u := (&url.URL{Host: host}); u.Port() == "" {
			host = net.JoinHostPort(u.Hostname(), port)
		}
		list[i] = host
	}
	return list
}

func single(hosts []string) error {
	if len(hosts) > 1 {
		return errors.New("more than one host")
	}
	return nil
}

func database(path string) (int, error) {
	if path == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(path)
	if err == nil && n < 0 {
		err = errors.New("negative")
	}
	return n, err
}
