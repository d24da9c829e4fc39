package nearcache

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/coatcheck-go/session"
)

// A Store is a [session.Store] in front of another, its base. It has the base's
// abilities and keeps the same contract. It is safe for concurrent use; [New] makes
// one, and nothing is cached unless [Store.Run] runs.
//
// Errors of the base are returned as they are. A write also fails, with an error
// that wraps none of package session's sentinels, if the Bus doesn't take its
// announcement, or ctx ends while it waits for others: then nothing was changed,
// unless the error says that the change was made.
type Store struct {
	base    base
	options Options
	cache   *cache
	changes *changes
	member  *member
	outbox  outbox
	running atomic.Bool
	clock   func() moment
}

// base is what a store must be able to do to have a near cache.
type base interface {
	session.Toucher
	session.SubjectStore
	session.Lister
}

var (
	_ session.Toucher      = (*Store)(nil)
	_ session.Sweeper      = (*Store)(nil)
	_ session.SubjectStore = (*Store)(nil)
	_ session.Lister       = (*Store)(nil)
	_ session.Replacer     = (*Store)(nil)
)

// New returns a near cache in front of under, which must be a [session.Toucher], a
// [session.SubjectStore] and a [session.Lister]. It returns an error if under isn't,
// or o isn't as its fields' comments demand.
func New(under session.Store, o Options) (*Store, error) {
	b, ok := under.(base)
	if !ok {
		return nil, fmt.Errorf("nearcache: new: %T isn't a session.Toucher, session.SubjectStore and session.Lister", under)
	}
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("nearcache: new: %w", err)
	}
	s := &Store{base: b, options: o, cache: newCache(o), clock: readClock}
	now := func() moment { return s.clock() }
	name := rand.Text()[:16]
	s.changes = &changes{cache: s.cache, clock: now, member: name, lease: o.Lease, byName: map[string]*change{}, tidied: now()}
	s.member = &member{
		name: name, clock: now, options: o, cache: s.cache,
		sent:      map[uint64]moment{},
		peers:     map[string]peer{},
		approvals: map[string]*approval{},
		joined:    make(chan struct{}),
	}
	s.outbox.wake = make(chan struct{}, 1)
	return s, nil
}

// serving tells whether the cache may be used. Without a bus it always may: then
// MaxStale bounds how old a copy can be.
func (s *Store) serving(now moment) bool { return s.options.Bus == nil || s.member.serving(now) }

// Load implements [session.Store].
func (s *Store) Load(ctx context.Context, key session.Key) (session.Record, error) {
	if err := ctx.Err(); err != nil {
		return session.Record{}, fail("load", err)
	}
	if now := s.clock(); s.serving(now) {
		if rec, ok := s.cache.of(key).load(key, now); ok {
			return rec, nil
		}
	}
	t := s.ticket(key, 0)
	rec, err := s.base.Load(ctx, key)
	if err != nil {
		return s.lastKnown(ctx, key, err)
	}
	s.cache.of(key).fill(t, key, rec)
	return rec, nil
}

// ticket returns one that is of no use unless the cache may be used. own is how
// many of the changes under way are the caller's.
func (s *Store) ticket(key session.Key, own int) ticket {
	now := s.clock()
	if !s.serving(now) {
		return ticket{}
	}
	return s.cache.of(key).ticket(key, own, now)
}

// BySubject implements [session.SubjectStore]. It always asks the base.
func (s *Store) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	return s.base.BySubject(ctx, subject)
}

// List implements [session.Lister]. It always asks the base.
func (s *Store) List(ctx context.Context, cursor string, limit int) (page []session.Entry, next string, err error) {
	return s.base.List(ctx, cursor, limit)
}

// Sweep implements [session.Sweeper]. errors.ErrUnsupported: the base isn't one.
// Nobody is told: what has expired isn't served from a cache.
func (s *Store) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	return session.Sweep(ctx, s.base, limit)
}

// Stats are figures of a [Store] at one moment.
type Stats struct {
	Entries int    // records kept
	Bytes   int    // the memory they take, estimated
	Hits    uint64 // loads answered from the cache, since New
	Misses  uint64 // loads that found nothing in it; not counted while it steps aside

	// InService: the cache is used. Otherwise all calls go to the base.
	InService bool
}

// Stats returns the store's figures.
func (s *Store) Stats() Stats {
	stats := s.cache.count()
	stats.InService = s.serving(s.clock())
	return stats
}

func fail(verb string, err error) error { return fmt.Errorf("nearcache: %s: %w", verb, err) }

// definite tells whether a write's error says for sure whether it was done.
func definite(err error) bool {
	if err == nil {
		return true
	}
	for _, sentinel := range definites {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}

var definites = []error{
	session.ErrNotFound, session.ErrConflict, session.ErrBroken, session.ErrTooLarge, errors.ErrUnsupported,
}
