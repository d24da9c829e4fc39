package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
)

// A full store has every ability.
type full interface {
	session.Toucher
	session.Sweeper
	session.SubjectStore
	session.Lister
	session.Replacer
}

// A mapStore is the contract in the fewest words: a map and a lock.
type mapStore struct {
	now     func() time.Time         // what its clock says
	version func(session.Key) uint64 // a new version for a key

	mu      sync.Mutex
	last    uint64
	records map[session.Key]session.Record
}

var _ full = (*mapStore)(nil)

func newMapStore() *mapStore {
	m := &mapStore{now: time.Now, records: map[session.Key]session.Record{}}
	m.version = func(session.Key) uint64 {
		m.last++
		return m.last
	}
	return m
}

// lock begins a call, unless ctx is done.
func (m *mapStore) lock(ctx context.Context) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("mapstore: %w", err)
	}
	m.mu.Lock()
	return m.mu.Unlock, nil
}

func (m *mapStore) live(key session.Key) (session.Record, bool) {
	r, ok := m.records[key]
	return r, ok && r.Expires.After(m.now())
}

// still says whether old is what is under key.
func (m *mapStore) still(key session.Key, old session.Record) error {
	switch r, ok := m.live(key); {
	case !ok:
		return fmt.Errorf("mapstore: %w", session.ErrNotFound)
	case r.Version != old.Version:
		return fmt.Errorf("mapstore: %w", session.ErrConflict)
	}
	return nil
}

func (m *mapStore) free(key session.Key) error {
	if _, ok := m.live(key); ok {
		return fmt.Errorf("mapstore: %w", session.ErrConflict)
	}
	return nil
}

func (m *mapStore) set(key session.Key, r session.Record) uint64 {
	r.Version = m.version(key)
	r.Expires = r.Expires.Truncate(time.Millisecond)
	m.records[key] = r
	return r.Version
}

// entries returns the live records that want accepts, by key.
func (m *mapStore) entries(want func(session.Key, session.Record) bool) (all []session.Entry) {
	for key := range m.records {
		if r, ok := m.live(key); ok && want(key, r) {
			all = append(all, session.Entry{Key: key, Record: r})
		}
	}
	slices.SortFunc(all, func(a, b session.Entry) int { return cmp.Compare(a.Key, b.Key) })
	return all
}

func (m *mapStore) Load(ctx context.Context, key session.Key) (session.Record, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return session.Record{}, err
	}
	defer unlock()
	r, ok := m.live(key)
	if !ok {
		return session.Record{}, fmt.Errorf("mapstore: %w", session.ErrNotFound)
	}
	return r, nil
}

func (m *mapStore) Create(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := m.free(key); err != nil {
		return 0, err
	}
	return m.set(key, r), nil
}

func (m *mapStore) Update(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := m.still(key, old); err != nil {
		return 0, err
	}
	return m.set(key, r), nil
}

func (m *mapStore) Delete(ctx context.Context, key session.Key) error {
	unlock, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	delete(m.records, key)
	return nil
}

func (m *mapStore) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	unlock, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := m.still(key, old); err != nil {
		return err
	}
	r := m.records[key]
	r.Expires = expires.Truncate(time.Millisecond)
	m.records[key] = r
	return nil
}

func (m *mapStore) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	for key := range m.records {
		if _, live := m.live(key); !live && deleted < limit {
			delete(m.records, key)
			deleted++
		}
	}
	return deleted, nil
}

func (m *mapStore) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return m.entries(func(_ session.Key, r session.Record) bool { return r.Subject == subject }), nil
}

func (m *mapStore) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (int, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	doomed := m.entries(func(key session.Key, r session.Record) bool {
		return r.Subject == subject && !slices.Contains(except, key)
	})
	for _, e := range doomed {
		delete(m.records, e.Key)
	}
	return len(doomed), nil
}

func (m *mapStore) List(ctx context.Context, cursor string, limit int) ([]session.Entry, string, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return nil, "", err
	}
	defer unlock()
	page := m.entries(func(key session.Key, _ session.Record) bool { return string(key) > cursor })
	if len(page) <= limit {
		return page, "", nil
	}
	return page[:limit], string(page[limit-1].Key), nil
}

func (m *mapStore) Replace(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := cmp.Or(m.still(key, old), m.free(newKey)); err != nil {
		return 0, err
	}
	m.set(key, r)
	return m.set(newKey, newRec), nil
}
