package cached

import (
	"context"
	"errors"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

// Load implements [session.Store]. It returns what the cache has. When that is
// nothing, it fills the cache; when that is a mark or an error, it doesn't.
func (s *Store) Load(ctx context.Context, key session.Key) (session.Record, error) {
	name := s.record(key)
	entry, err := s.cache.Get(ctx, name)
	if err == nil {
		if rec, ok := decode(entry); ok {
			return rec, nil
		}
	}
	var lease string
	if errors.Is(err, session.ErrNotFound) {
		lease = s.lease(ctx, name)
	}
	rec, err := s.truth.Load(ctx, key)
	if lease != "" {
		s.fill(ctx, name, lease, rec)
	}
	return rec, failure("load", err)
}

// lease returns the right to fill an empty entry, "" if another was faster or the
// cache has failed. Whoever writes to the record takes the lease away, and then the
// fill fails. So a fill can't overtake a write.
func (s *Store) lease(ctx context.Context, name string) string {
	lease := fillingTag + nonce()
	if s.cache.Add(ctx, name, lease, s.o.Timeout) != nil {
		return ""
	}
	return lease
}

// fill puts a copy of rec, which was loaded under the lease, in its place. It is no
// harm if that fails: the lease ends by itself.
func (s *Store) fill(ctx context.Context, name, lease string, rec session.Record) {
	value, ttl := s.copy(ctx, rec)
	_ = s.cache.Swap(ctx, name, lease, value, ttl)
}

// copy returns what the cache may hold of rec, "" for nothing: rec is dead or the
// zero Record, or too large, or its subject's records are being deleted.
func (s *Store) copy(ctx context.Context, rec session.Record) (value string, ttl time.Duration) {
	if !live(rec.Expires) {
		return "", 0
	}
	value = encode(rec)
	if len(value) > kv.MaxValue || rec.Subject != "" && s.ending(ctx, rec.Subject) {
		return "", 0
	}
	return value, min(s.o.MaxAge, time.Until(rec.Expires))
}

// ending tells whether subject's records are being deleted, or may be.
func (s *Store) ending(ctx context.Context, subject string) bool {
	_, err := s.cache.Get(ctx, s.subject(subject))
	return !errors.Is(err, session.ErrNotFound)
}
