package sqlstore

import (
	"context"
	"slices"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/sqlcommon"
)

// Replace implements [session.Replacer], in one transaction. session.ErrConflict
// also if there is a live record under newKey.
func (s *Store) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (version uint64, err error) {
	err = sqlcommon.Retry(func() error {
		version, err = s.replace(ctx, key, old, rec, newKey, newRec)
		return err
	})
	if err != nil {
		return 0, failure(ctx, "replace", err)
	}
	return version, nil
}

// replace writes first: a SQLite transaction that begins with a read fails at
// its first write if another process has written meanwhile. And it writes in the
// order of the keys, so that no two wait for each other.
func (s *Store) replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (version uint64, err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }() // nothing to do after Commit
	steps := []func() error{
		func() error {
			_, err := s.update(ctx, tx, key, old, rec)
			return err
		},
		func() (err error) {
			version, err = s.create(ctx, tx, newKey, newRec)
			return err
		},
	}
	if newKey < key {
		slices.Reverse(steps)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return 0, err
		}
	}
	return version, tx.Commit()
}
