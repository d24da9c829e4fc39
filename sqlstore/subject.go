package sqlstore

import (
	"context"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/sqlcommon"
)

// BySubject implements [session.SubjectStore]. Unreadable records are left out.
func (s *Store) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	found, err := s.find(ctx, s.sql.bySubject, subject, now())
	if err != nil {
		return nil, failure(ctx, "by subject", err)
	}
	return found.entries, nil
}

// DeleteBySubject implements [session.SubjectStore]. An error comes with the
// number deleted until then.
func (s *Store) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (deleted int, err error) {
	where, args := ofSubject(subject, except)
	for left := true; left; {
		n, err := s.endSubject(ctx, where, args)
		deleted += n
		if err == nil {
			left, err = s.anyLeft(ctx, where, args)
		}
		if err != nil {
			return deleted, failure(ctx, "delete by subject", err)
		}
	}
	return deleted, nil
}

// ofSubject returns the condition that DeleteBySubject's statements share. The
// index of subjects is for those that are not empty, and used only if that is said.
func ofSubject(subject string, except []session.Key) (where string, args []any) {
	where, args = ` FROM {table} WHERE subject = ? AND subject <> ''`, []any{subject}
	if len(except) > 0 {
		where += ` AND id NOT IN (?` + strings.Repeat(`, ?`, len(except)-1) + `)`
	}
	for _, key := range except {
		args = append(args, []byte(key))
	}
	return where, args
}

// endSubject deletes the dead rows too, but doesn't count them: by the clock of
// another machine they may be live still.
func (s *Store) endSubject(ctx context.Context, where string, args []any) (live int, err error) {
	dead := append(args[:len(args):len(args)], now())
	if _, err = s.execOnce(ctx, `DELETE`+where+` AND expires + 0 <= ?`, dead...); err != nil {
		return 0, err
	}
	return s.execOnce(ctx, `DELETE`+where, args...)
}

// execOnce runs a write that isn't worth preparing: there is one for each number
// of keys.
func (s *Store) execOnce(ctx context.Context, template string, args ...any) (n int, err error) {
	err = sqlcommon.Retry(func() error {
		n, err = exec(ctx, s.db, s.text(template), args...)
		return err
	})
	return n, err
}

// anyLeft looks for rows that have come since. They may be of sessions that were
// there before: in some databases a DELETE doesn't see a row which a Replace
// puts there while the DELETE waits for it.
func (s *Store) anyLeft(ctx context.Context, where string, args []any) (bool, error) {
	rows, err := s.db.QueryContext(ctx, s.text(`SELECT 1`+where+` LIMIT 1`), args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	return rows.Next(), rows.Err()
}
