package schedstore

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
)

// Inner is what a [Store] lets its calls through to: a store with the abilities
// that requests make use of, and whose calls don't block.
type Inner interface {
	session.Toucher
	session.SubjectStore
	session.Replacer
	session.Lister
}

// A Store holds every call that an actor of its run makes until the run lets
// exactly that one go on. Calls of nobody's pass at once.
type Store struct {
	inner Inner
	run   *Run

	mu  sync.Mutex
	age map[session.Key]int // when each key was first written
}

var _ Inner = (*Store)(nil)

// Load implements [session.Store].
func (s *Store) Load(ctx context.Context, key session.Key) (session.Record, error) {
	s.run.hold(ctx, "load", reads)
	return s.inner.Load(ctx, key)
}

// Create implements [session.Store].
func (s *Store) Create(ctx context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	s.run.hold(ctx, "create", writes)
	s.noteAge(key)
	return s.inner.Create(ctx, key, rec)
}

// Update implements [session.Store].
func (s *Store) Update(ctx context.Context, key session.Key, old, rec session.Record) (version uint64, err error) {
	s.run.hold(ctx, "update", writes)
	return s.inner.Update(ctx, key, old, rec)
}

// Delete implements [session.Store].
func (s *Store) Delete(ctx context.Context, key session.Key) error {
	s.run.hold(ctx, "delete", writes)
	return s.inner.Delete(ctx, key)
}

// Touch implements [session.Toucher].
func (s *Store) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	s.run.hold(ctx, "touch", writes)
	return s.inner.Touch(ctx, key, old, expires)
}

// Replace implements [session.Replacer].
func (s *Store) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (version uint64, err error) {
	s.run.hold(ctx, "replace", writes)
	s.noteAge(newKey)
	return s.inner.Replace(ctx, key, old, rec, newKey, newRec)
}

// BySubject implements [session.SubjectStore]. The oldest comes first: keys are
// random, and a run must be the same each time.
func (s *Store) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	s.run.hold(ctx, "by subject", reads)
	entries, err := s.inner.BySubject(ctx, subject)
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.SortFunc(entries, func(a, b session.Entry) int { return cmp.Compare(s.age[a.Key], s.age[b.Key]) })
	return entries, err
}

func (s *Store) noteAge(key session.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.age[key]; !known {
		s.age[key] = len(s.age)
	}
}

// DeleteBySubject implements [session.SubjectStore].
func (s *Store) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (deleted int, err error) {
	s.run.hold(ctx, "delete by subject", writes)
	return s.inner.DeleteBySubject(ctx, subject, except...)
}

// List implements [session.Lister].
func (s *Store) List(ctx context.Context, cursor string, limit int) (page []session.Entry, next string, err error) {
	s.run.hold(ctx, "list", reads)
	return s.inner.List(ctx, cursor, limit)
}
