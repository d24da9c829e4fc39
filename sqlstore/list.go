package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/coatcheck-go/session"
)

// List implements [session.Lister], in the order of the keys; a limit below 1 is
// 1. Unreadable records are left out. The cursor holds a key: keep it as secret.
func (s *Store) List(ctx context.Context, cursor string, limit int) (page []session.Entry, next string, err error) {
	limit = max(1, limit)
	found, err := s.find(ctx, s.sql.list, []byte(cursor), now(), limit)
	if err != nil {
		return nil, "", failure(ctx, "list", err)
	}
	if found.rows == limit {
		next = string(found.last) + "\x00" // the least key after it
	}
	return found.entries, next, nil
}

// found is what a query found: its rows, and those that are live records.
type found struct {
	entries []session.Entry
	rows    int
	last    blob // the last row's key
}

func (s *Store) find(ctx context.Context, text string, args ...any) (f found, err error) {
	rows, err := s.statements.QueryContext(ctx, text, args...)
	if err != nil {
		return found{}, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f.add(rows); err != nil {
			return found{}, err
		}
	}
	return f, rows.Err()
}

// add leaves out a record that can't be read: it must not hide the others.
func (f *found) add(rows *sql.Rows) error {
	f.rows++
	rec, err := scan(rows, &f.last)
	if errors.Is(err, session.ErrBroken) || errors.Is(err, session.ErrNotFound) {
		return nil
	}
	f.entries = append(f.entries, session.Entry{Key: session.Key(f.last), Record: rec})
	return err
}
