// Package memstore keeps sessions in the memory of the process: for one server
// and for tests.
//
// A million sessions of 230 bytes take about 330 MB and cost the garbage
// collector next to nothing, since no record is an object of its own. The store
// starts no goroutine: every Create also throws out a few expired records, so
// that in a store in use there is about one dead record to eight live ones.
// [Store.Sweep] throws out all of them, for instance once an hour.
//
// All is lost when the process ends. What deleted records took is used again;
// the index (some 50 bytes for each record of the fullest moment) stays until
// the whole Store is dropped.
package memstore

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync/atomic"
	"time"

	"github.com/coatcheck-go/session"
)

// Options are the settings of a [Store]. The zero value is right for most.
type Options struct {
	// MaxEntries is how many records the store holds at most, expired ones
	// that were not yet thrown out included. 0, the default: no limit.
	//
	// A full store signs someone out; it never refuses. To make room, Create
	// and Replace look at a few records and end the one whose expiry is
	// nearest, which is one that has expired if there is any among them.
	//
	// There are never more than MaxEntries. Below 2048 nobody is signed out
	// before there are as many. Above, the limit is shared out among up to 64
	// parts of the store, and the first part to be full is the first to sign
	// someone out: at about 90 % of a limit of 2048, 97 % of a million.
	MaxEntries int
}

// A Store keeps records in memory. It is a [session.Store] with all abilities,
// and safe for concurrent use. Use [New] to make one.
//
// Besides the errors of the contract there are only [session.ErrTooLarge], from
// writes of more than 1 GiB of data or with a key or subject of more than 65535
// bytes, and List's for a cursor that isn't its own.
type Store struct {
	seed   maphash.Seed
	shards []shard       // a power of two
	swept  atomic.Uint32 // the number of the shard where the last sweep ended
}

var (
	_ session.Toucher      = (*Store)(nil)
	_ session.Sweeper      = (*Store)(nil)
	_ session.SubjectStore = (*Store)(nil)
	_ session.Lister       = (*Store)(nil)
	_ session.Replacer     = (*Store)(nil)
)

// New returns an empty store.
func New(o Options) *Store {
	s := &Store{seed: maphash.MakeSeed(), shards: make([]shard, shardCount(o.MaxEntries))}
	for i := range s.shards {
		s.shards[i].init(s.seed, share(o.MaxEntries, i, len(s.shards)))
	}
	return s
}

// Load implements [session.Store].
func (s *Store) Load(ctx context.Context, key session.Key) (session.Record, error) {
	if err := ctx.Err(); err != nil {
		return session.Record{}, fail("load", err)
	}
	sh, hash := s.find(key)
	now := time.Now().UnixMilli()
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	id := sh.live(hash, key, now)
	if id == 0 {
		return session.Record{}, fail("load", session.ErrNotFound)
	}
	return sh.record(id), nil
}

// Create implements [session.Store].
func (s *Store) Create(ctx context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	if err := check(ctx, key, rec); err != nil {
		return 0, fail("create", err)
	}
	sh, hash := s.find(key)
	now := time.Now().UnixMilli()
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.live(hash, key, now) != 0 {
		return 0, fail("create", session.ErrConflict)
	}
	return sh.create(hash, key, rec, now), nil
}

// Update implements [session.Store].
func (s *Store) Update(ctx context.Context, key session.Key, old, rec session.Record) (version uint64, err error) {
	if err := check(ctx, key, rec); err != nil {
		return 0, fail("update", err)
	}
	sh, hash := s.find(key)
	now := time.Now().UnixMilli()
	sh.mu.Lock()
	defer sh.mu.Unlock()
	id, err := sh.current(hash, key, old.Version, now)
	if err != nil {
		return 0, fail("update", err)
	}
	return sh.update(id, key, rec, now), nil
}

// Delete implements [session.Store].
func (s *Store) Delete(ctx context.Context, key session.Key) error {
	if err := ctx.Err(); err != nil {
		return fail("delete", err)
	}
	sh, hash := s.find(key)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if id := sh.find(hash, key); id != 0 {
		sh.remove(id)
	}
	return nil
}

// Touch implements [session.Toucher].
func (s *Store) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	if err := ctx.Err(); err != nil {
		return fail("touch", err)
	}
	sh, hash := s.find(key)
	now := time.Now().UnixMilli()
	sh.mu.Lock()
	defer sh.mu.Unlock()
	id, err := sh.current(hash, key, old.Version, now)
	if err != nil {
		return fail("touch", err)
	}
	sh.expireAt(id, expires.UnixMilli(), now)
	return nil
}

// Replace implements [session.Replacer]. ErrConflict may also mean that there
// is a live record under newKey.
func (s *Store) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (version uint64, err error) {
	if err := check(ctx, key, rec); err != nil {
		return 0, fail("replace", err)
	}
	if err := check(ctx, newKey, newRec); err != nil {
		return 0, fail("replace", err)
	}
	from, hash := s.find(key)
	to, newHash := s.find(newKey)
	now := time.Now().UnixMilli()
	defer s.lockBoth(hash, newHash)()
	id, err := from.current(hash, key, old.Version, now)
	if err != nil {
		return 0, fail("replace", err)
	}
	if to.live(newHash, newKey, now) != 0 {
		return 0, fail("replace", session.ErrConflict)
	}
	_, subject, _ := from.parts(id)
	s.moves(string(subject)).Add(1)
	from.update(id, key, rec, now)
	return to.create(newHash, newKey, newRec, now), nil
}

// lockBoth locks the shards of two hashes, the one of the lower number first so
// that two callers can't wait for each other, and returns what unlocks them.
func (s *Store) lockBoth(a, b uint64) (unlock func()) {
	i, j := s.number(a), s.number(b)
	if i == j {
		s.shards[i].mu.Lock()
		return s.shards[i].mu.Unlock
	}
	first, second := &s.shards[min(i, j)], &s.shards[max(i, j)]
	first.mu.Lock()
	second.mu.Lock()
	return func() {
		second.mu.Unlock()
		first.mu.Unlock()
	}
}

// find returns the shard of key and the key's hash. The hash is seeded: nobody
// can choose keys that all meet in one place.
func (s *Store) find(key session.Key) (*shard, uint64) {
	hash := maphash.String(s.seed, string(key))
	return &s.shards[s.number(hash)], hash
}

func (s *Store) number(hash uint64) uint64 { return hash & uint64(len(s.shards)-1) }

// check tells why a write can't even be tried.
func check(ctx context.Context, key session.Key, rec session.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if max(len(key), len(rec.Subject)) > maxName || len(rec.Data) > maxData {
		return session.ErrTooLarge
	}
	return nil
}

func fail(verb string, err error) error { return fmt.Errorf("memstore: %s: %w", verb, err) }
