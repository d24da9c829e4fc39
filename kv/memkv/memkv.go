// Package memkv is a [kv.Store] in memory, for tests of what is built on one.
// What has expired is dropped only when its key is used again, so a program that
// runs for long and makes ever new keys would fill its memory.
package memkv

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

var _ kv.Expirer = (*Store)(nil)

// A Store keeps values in a map. Its methods fail only as the contract of
// [kv.Store] says. They are safe for concurrent use, and see time pass in a bubble
// of testing/synctest.
type Store struct {
	mu     sync.Mutex
	values map[string]value
}

type value struct {
	bytes string
	until time.Time
}

// New returns an empty store.
func New() *Store { return &Store{values: map[string]value{}} }

// Get implements [kv.Store].
func (s *Store) Get(ctx context.Context, key string) (bytes string, err error) {
	bytes, _, err = s.GetUntil(ctx, key)
	return bytes, err
}

// GetUntil implements [kv.Expirer].
func (s *Store) GetUntil(ctx context.Context, key string) (bytes string, until time.Time, err error) {
	err = s.do(ctx, "get", func() error {
		v, err := s.live(key)
		bytes, until = v.bytes, v.until
		return err
	})
	return bytes, until, err
}

// Add implements [kv.Store].
func (s *Store) Add(ctx context.Context, key, bytes string, ttl time.Duration) error {
	return s.do(ctx, "add", func() error {
		if _, err := s.live(key); err == nil {
			return session.ErrConflict
		}
		s.put(key, bytes, ttl)
		return nil
	})
}

// Swap implements [kv.Store].
func (s *Store) Swap(ctx context.Context, key, old, bytes string, ttl time.Duration) error {
	return s.do(ctx, "swap", func() error {
		switch is, err := s.live(key); {
		case err != nil:
			return err
		case is.bytes != old:
			return session.ErrConflict
		}
		s.put(key, bytes, ttl)
		return nil
	})
}

// Delete implements [kv.Store].
func (s *Store) Delete(ctx context.Context, key string) error {
	return s.do(ctx, "delete", func() error {
		delete(s.values, key)
		return nil
	})
}

// do does one call, unless ctx is done.
func (s *Store) do(ctx context.Context, act string, call func() error) error {
	err := ctx.Err()
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		err = call()
	}
	if err != nil {
		return fmt.Errorf("memkv: %s: %w", act, err)
	}
	return nil
}

func (s *Store) live(key string) (value, error) {
	v, ok := s.values[key]
	if !ok {
		return value{}, session.ErrNotFound
	}
	if !v.until.After(time.Now()) {
		delete(s.values, key)
		return value{}, session.ErrNotFound
	}
	return v, nil
}

func (s *Store) put(key, bytes string, ttl time.Duration) {
	s.values[key] = value{bytes: bytes, until: time.Now().Add(ttl)}
}
