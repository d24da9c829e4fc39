package cached

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/coatcheck-go/session"
)

// BySubject implements [session.SubjectStore]. It doesn't use the cache.
func (s *Store) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	entries, err := session.BySubject(ctx, s.truth, subject)
	return entries, failure("by subject", err)
}

// DeleteBySubject implements [session.SubjectStore]. It marks the records that are
// there, and the subject: a record of it that comes to the truth after they were
// listed, and is deleted there with the others, has no mark of this call. But
// whoever has read or written it looks for the subject's mark before he puts a copy
// into the cache, and leaves it. The subject's mark stays until no such read or
// write is under way any more.
func (s *Store) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (deleted int, err error) {
	if _, ok := s.truth.(session.SubjectStore); !ok {
		return 0, failure("delete by subject", errors.ErrUnsupported)
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	keys, err := s.markSubject(ctx, subject, except)
	if err == nil {
		err = s.write(ctx, keys, func(ctx context.Context, _ []*mark) (err error) {
			deleted, err = session.DeleteBySubject(ctx, s.truth, subject, except...)
			return err
		})
	}
	return deleted, failure("delete by subject", err)
}

// markSubject marks the subject, and returns the keys of its records.
func (s *Store) markSubject(ctx context.Context, subject string, except []session.Key) (keys []session.Key, err error) {
	err = s.change(ctx, s.subject(subject), func(string) (string, time.Duration) {
		return endedTag + nonce(), s.patience()
	})
	if err != nil {
		return nil, err
	}
	entries, err := session.BySubject(ctx, s.truth, subject)
	for _, e := range entries {
		if !slices.Contains(except, e.Key) {
			keys = append(keys, e.Key)
		}
	}
	return keys, err
}
