package memstore

import (
	"context"
	"hash/maphash"
	"slices"
	"sync/atomic"
	"time"

	"github.com/coatcheck-go/session"
)

// BySubject implements [session.SubjectStore].
func (s *Store) BySubject(ctx context.Context, subject string) (found []session.Entry, err error) {
	err = s.settled(ctx, subject, func() {
		found = nil
		for i := range s.shards {
			found = s.shards[i].appendSubject(found, subject)
		}
	})
	if err != nil {
		return nil, fail("by subject", err)
	}
	return found, nil
}

// DeleteBySubject implements [session.SubjectStore]. An error comes with the
// number deleted until then.
func (s *Store) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (deleted int, err error) {
	err = s.settled(ctx, subject, func() {
		for i := range s.shards {
			deleted += s.shards[i].deleteSubject(subject, except)
		}
	})
	if err != nil {
		return deleted, fail("delete by subject", err)
	}
	return deleted, nil
}

// settled does a pass over all shards, and does it again as long as a Replace
// has moved one of the subject's records meanwhile: perhaps from a shard that
// was still to be visited to one that had been.
func (s *Store) settled(ctx context.Context, subject string, pass func()) error {
	moves := s.moves(subject)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		before := moves.Load()
		pass()
		if moves.Load() == before {
			return nil
		}
	}
}

// moves returns the count of those Replaces that moved a record of the subject
// (or of one that shares the counter with it). It is only changed by who holds
// the record's shard.
func (s *Store) moves(subject string) *atomic.Uint64 {
	return &s.shards[s.number(maphash.String(s.seed, subject))].moves
}

func (sh *shard) appendSubject(found []session.Entry, subject string) []session.Entry {
	now := time.Now().UnixMilli()
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	for id := range sh.ofSubject(subject) {
		if sh.entries.at(id).expires > now {
			found = append(found, sh.entry(id))
		}
	}
	return found
}

// deleteSubject removes the subject's entries but those in except, and tells
// how many of them were live.
func (sh *shard) deleteSubject(subject string, except []session.Key) (deleted int) {
	now := time.Now().UnixMilli()
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for id := range sh.ofSubject(subject) {
		if key, _, _ := sh.parts(id); slices.Contains(except, session.Key(key)) {
			continue
		}
		if sh.entries.at(id).expires > now {
			deleted++
		}
		sh.remove(id)
	}
	return deleted
}
