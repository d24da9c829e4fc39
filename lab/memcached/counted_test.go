package memcached

import (
	"context"
	"errors"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memcachestore"
	"github.com/coatcheck-go/session/sqlstore"
)

// counted is memcached with a note of every key that was ever created, for races
// that count a user's sessions at their end. It doesn't touch what is under test: a
// note is never taken back, and whether a session lives is asked of memcached.
type counted struct {
	*memcachestore.Store
	notes *sqlstore.Store
}

var _ session.SubjectStore = counted{}

// Create implements [session.Store].
func (s counted) Create(ctx context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	note := session.Record{Subject: rec.Subject, Expires: rec.Expires}
	if _, err = s.notes.Create(ctx, key, note); err != nil && !errors.Is(err, session.ErrConflict) {
		return 0, err
	}
	return s.Store.Create(ctx, key, rec)
}

// BySubject implements [session.SubjectStore].
func (s counted) BySubject(ctx context.Context, subject string) (live []session.Entry, err error) {
	noted, err := s.notes.BySubject(ctx, subject)
	for _, e := range noted {
		rec, missing := s.Load(ctx, e.Key)
		switch {
		case missing == nil && rec.Subject == subject:
			live = append(live, session.Entry{Key: e.Key, Record: rec})
		case missing != nil && !errors.Is(missing, session.ErrNotFound):
			err = errors.Join(err, missing)
		}
	}
	return live, err
}

// DeleteBySubject implements [session.SubjectStore]: notes are no index to end
// sessions by.
func (s counted) DeleteBySubject(context.Context, string, ...session.Key) (int, error) {
	return 0, errors.ErrUnsupported
}
