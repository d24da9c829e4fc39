package sqlstore

import (
	"context"

	"github.com/coatcheck-go/session"
)

// Replace implements [session.Replacer], in one transaction. session.ErrConflict
// also if there is a live record under newKey.
func (s *Store) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (version uint64, err error) {
	version, err = s.replace(ctx, key, old, rec, newKey, newRec)
	if err != nil {
		return 0, failure(ctx, "replace", err)
	}
	return version, nil
}

// replace writes first: a SQLite transaction that begins with a read fails at
// its first write if another process has written meanwhile.
func (s *Store) replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (version uint64, err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }() // nothing to do after Commit
	if _, err = s.update(ctx, tx, key, old, rec); err != nil {
		return 0, err
	}
	if version, err = s.create(ctx, tx, newKey, newRec); err != nil {
		return 0, err
	}
	return version, tx.Commit()
}
