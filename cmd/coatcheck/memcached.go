package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/bradfitz/gomemcache/memcache"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memcachestore"
)

const (
	memcachedForm = "memcached://HOST,HOST,…"
	memcachedPort = "11211"

	// memcachedTimeout is for one round trip. The client's own is half a second,
	// which a server on a busy machine passes now and then.
	memcachedTimeout = 2 * time.Second
)

// openMemcached opens a list of memcached servers.
func openMemcached(ctx context.Context, rest string, w want) (*backend, error) {
	hosts, user, path, err := splitURL(rest)
	if err != nil || user.String() != "" || path != "" {
		return nil, usagef("memcached: that URL can't be read: want %s", memcachedForm)
	}
	client := memcache.New(addresses(hosts, memcachedPort)...)
	client.Timeout, client.MaxIdleConns = memcachedTimeout, serverConns
	store, err := memcachestore.New(client, memcachestore.Options{Prefix: w.space})
	if err == nil {
		err = store.Check(ctx)
	}
	where := "memcached at " + strings.Join(hosts, ", ")
	if err != nil {
		_ = client.Close()
		return nil, hint(fmt.Errorf("can't use %s: %w", where, err), "check that the servers run and the URL is right")
	}
	if w.foreign != nil {
		values, err := memcachestore.NewKV(client, memcachestore.Options{Flags: w.foreign.flags})
		return &backend{place: where, foreign: place{kv: values}, lasts: true, close: client.Close}, err
	}
	noted := &notedStore{Store: store}
	b := &backend{store: store, place: where, lasts: true, close: client.Close, clean: noted.clean}
	if w.space != "" {
		b.store = noted
	}
	return b, nil
}

// A notedStore remembers its keys, for memcached can't list them.
type notedStore struct {
	*memcachestore.Store
	mu   sync.Mutex
	keys []session.Key
}

func (s *notedStore) Create(ctx context.Context, key session.Key, rec session.Record) (uint64, error) {
	s.mu.Lock()
	s.keys = append(s.keys, key)
	s.mu.Unlock()
	return s.Store.Create(ctx, key, rec)
}

func (s *notedStore) clean(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range s.keys {
		if err := s.Delete(ctx, key); err != nil {
			return err
		}
	}
	s.keys = nil
	return nil
}
