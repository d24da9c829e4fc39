package memcachestore

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/bradfitz/gomemcache/memcache"

	"github.com/coatcheck-go/session"
)

var _ session.Toucher = (*Store)(nil)

// A Store keeps sessions in memcached. It implements [session.Store] and
// [session.Toucher]; their comments are the contract of its methods, but that
// memcached may forget a record at any time. All methods are safe for concurrent
// use, in any number of processes that have the same list of servers.
//
// An error of the network is returned as the client made it, wrapped. The write it
// comes from may have been done or not. If the context is done, [errors.Is] finds
// its error too.
type Store struct{ items items }

// New returns a store on the servers of client. It doesn't use them yet: see
// [Store.Check]. It returns an error if client is nil or o.Prefix is too long or
// not visible ASCII. client stays the caller's; New changes nothing in it.
func New(client *memcache.Client, o Options) (*Store, error) {
	items, err := newItems(client, o)
	if err != nil {
		return nil, fmt.Errorf("memcachestore: new: %w", err)
	}
	return &Store{items: items}, nil
}

// Check asks every server whether it is there, so that a program can say at its
// start that one isn't. The error names the first that doesn't answer.
func (s *Store) Check(ctx context.Context) error { return check(ctx, s.items) }

func check(ctx context.Context, s items) error {
	err := s.twice(ctx, s.client.Ping)
	if err == nil {
		return nil
	}
	return failure(ctx, "check", fmt.Errorf("%w: does memcached run there, and may this machine reach it?", err))
}

// Load implements [session.Store].
func (s *Store) Load(ctx context.Context, key session.Key) (session.Record, error) {
	rec, _, err := s.load(ctx, key)
	if err != nil {
		return session.Record{}, failure(ctx, "load", err)
	}
	return rec, nil
}

// Create implements [session.Store].
func (s *Store) Create(ctx context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	rec.Version = rand.Uint64()
	for again := true; again; {
		if again, err = s.create(ctx, key, rec); err != nil {
			return 0, failure(ctx, "create", err)
		}
	}
	return rec.Version, nil
}

// create tries once. again: what was in its way has changed.
func (s *Store) create(ctx context.Context, key session.Key, rec session.Record) (again bool, err error) {
	value, expires := encode(rec), expiration(time.Until(rec.Expires))
	err = s.items.add(ctx, name(key), value, expires)
	if !errors.Is(err, session.ErrConflict) {
		return false, err
	}
	_, item, err := s.load(ctx, key)
	switch {
	case err == nil:
		return false, session.ErrConflict
	case item != nil: // dead or broken
		err = s.items.put(ctx, item, value, expires)
	}
	if changed(err) {
		return true, nil
	}
	return false, err
}

// Update implements [session.Store].
func (s *Store) Update(ctx context.Context, key session.Key, old, rec session.Record) (version uint64, err error) {
	version = rand.Uint64()
	err = s.change(ctx, key, old, func(session.Record) session.Record {
		rec.Version = version
		return rec
	})
	if err != nil {
		return 0, failure(ctx, "update", err)
	}
	return version, nil
}

// Touch implements [session.Toucher].
func (s *Store) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	err := s.change(ctx, key, old, func(is session.Record) session.Record {
		is.Expires = expires
		return is
	})
	if err != nil {
		return failure(ctx, "touch", err)
	}
	return nil
}

// Delete implements [session.Store].
func (s *Store) Delete(ctx context.Context, key session.Key) error {
	if err := s.items.remove(ctx, name(key)); err != nil {
		return failure(ctx, "delete", err)
	}
	return nil
}

// change puts what next makes of the record in its place, if that is old. It
// looks again when the item has changed in between: a touch is no reason to fail.
func (s *Store) change(ctx context.Context, key session.Key, old session.Record, next func(session.Record) session.Record) error {
	for {
		is, item, err := s.load(ctx, key)
		if err != nil {
			return err
		}
		if is.Version != old.Version {
			return session.ErrConflict
		}
		rec := next(is)
		err = s.items.put(ctx, item, encode(rec), expiration(time.Until(rec.Expires)))
		if !changed(err) {
			return err
		}
	}
}

// load returns the record under key, and the item, also if that is dead or broken.
func (s *Store) load(ctx context.Context, key session.Key) (session.Record, *memcache.Item, error) {
	item, err := s.items.get(ctx, name(key))
	if err != nil {
		return session.Record{}, nil, err
	}
	rec, err := decode(item.Value)
	return rec, item, err
}

// name is an item's, after the prefix: keys may hold any bytes, names may not.
func name(key session.Key) string { return base64.RawURLEncoding.EncodeToString([]byte(key)) }
