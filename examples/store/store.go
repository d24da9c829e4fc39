// Package store is the smallest right [session.Store]: a map, a lock, and the four
// verbs. It shows how to write one; to keep sessions in memory use memstore.
package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
)

// A Map keeps records in memory. Make it with NewMap; it is safe for concurrent use.
type Map struct {
	mu      sync.Mutex
	records map[session.Key]session.Record
	version uint64 // the last one given to a record
}

// NewMap returns an empty Map.
func NewMap() *Map { return &Map{records: map[session.Key]session.Record{}} }

// Load implements session.Store.
func (m *Map) Load(ctx context.Context, key session.Key) (rec session.Record, err error) {
	err = m.do(ctx, "load", func() error {
		rec, err = m.live(key)
		return err
	})
	return rec, err
}

// Create implements session.Store.
func (m *Map) Create(ctx context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	err = m.do(ctx, "create", func() error {
		if _, err := m.live(key); err == nil {
			return session.ErrConflict
		}
		version = m.put(key, rec)
		return nil
	})
	return version, err
}

// Update implements session.Store.
func (m *Map) Update(ctx context.Context, key session.Key, old, rec session.Record) (version uint64, err error) {
	err = m.do(ctx, "update", func() error {
		switch now, err := m.live(key); {
		case err != nil:
			return err
		case now.Version != old.Version:
			return session.ErrConflict
		}
		version = m.put(key, rec)
		return nil
	})
	return version, err
}

// Delete implements session.Store.
func (m *Map) Delete(ctx context.Context, key session.Key) error {
	return m.do(ctx, "delete", func() error {
		delete(m.records, key)
		return nil
	})
}

// do runs one verb on its own, so that what it compares is still so when it writes.
func (m *Map) do(ctx context.Context, verb string, f func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := ctx.Err()
	if err == nil {
		err = f()
	}
	if err != nil {
		return fmt.Errorf("store: %s: %w", verb, err)
	}
	return nil
}

// live treats an expired record like none.
func (m *Map) live(key session.Key) (session.Record, error) {
	if rec, ok := m.records[key]; ok && time.Now().Before(rec.Expires) {
		return rec, nil
	}
	return session.Record{}, session.ErrNotFound
}

// put never gives a version twice, not even to a key that is created anew.
func (m *Map) put(key session.Key, rec session.Record) (version uint64) {
	m.version++
	rec.Version, rec.Expires = m.version, rec.Expires.Truncate(time.Millisecond)
	m.records[key] = rec
	return m.version
}
