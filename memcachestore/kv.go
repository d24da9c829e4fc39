package memcachestore

import (
	"context"
	"fmt"
	"time"

	"github.com/bradfitz/gomemcache/memcache"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

var _ kv.Store = (*KV)(nil)

// A KV is memcached as a [kv.Store], whose comment is the contract of its methods.
// An item holds a value's bytes and nothing else, so that programs in other
// languages can read it. A new one has the flags of [Options]; what flags an item has stay
// as they are. All methods are safe for
// concurrent use, in any number of processes that have the same list of servers.
type KV struct{ items items }

// NewKV returns a KV on the servers of client. Keys may be as long as
// [kv.MaxKey] less the prefix. Errors: as [New].
func NewKV(client *memcache.Client, o Options) (*KV, error) {
	items, err := newItems(client, o)
	if err != nil {
		return nil, fmt.Errorf("memcachestore: new kv: %w", err)
	}
	return &KV{items: items}, nil
}

// Check is as [Store.Check].
func (s *KV) Check(ctx context.Context) error { return check(ctx, s.items) }

// Get implements [kv.Store].
func (s *KV) Get(ctx context.Context, key string) (value string, err error) {
	item, err := s.items.get(ctx, key)
	if err != nil {
		return "", failure(ctx, "get", err)
	}
	return string(item.Value), nil
}

// Add implements [kv.Store].
func (s *KV) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	if err := s.items.add(ctx, key, []byte(value), expiration(ttl)); err != nil {
		return failure(ctx, "add", err)
	}
	return nil
}

// Swap implements [kv.Store]. It takes two round trips.
func (s *KV) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	if err := s.swap(ctx, key, old, value, ttl); err != nil {
		return failure(ctx, "swap", err)
	}
	return nil
}

func (s *KV) swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	for {
		item, err := s.items.get(ctx, key)
		if err != nil {
			return err
		}
		if string(item.Value) != old {
			return session.ErrConflict
		}
		if err = s.items.put(ctx, item, []byte(value), expiration(ttl)); !changed(err) {
			return err
		}
	}
}

// Delete implements [kv.Store].
func (s *KV) Delete(ctx context.Context, key string) error {
	if err := s.items.remove(ctx, key); err != nil {
		return failure(ctx, "delete", err)
	}
	return nil
}
