package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

// A querier runs SQL: [statements] each by itself, a [sql.Tx] within a
// transaction.
type querier interface {
	ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// statements prepares each text when it is first run, and keeps it.
type statements struct {
	db     *sql.DB
	mu     sync.RWMutex
	byText map[string]*sql.Stmt
}

func (s *statements) ExecContext(ctx context.Context, text string, args ...any) (result sql.Result, err error) {
	stmt, err := s.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	err = sqlcommon.Retry(func() error {
		result, err = stmt.ExecContext(ctx, args...)
		return err
	})
	return result, err
}

func (s *statements) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := s.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// prepared holds no lock while the database works, so that nobody waits for
// another's context. Of two that prepare the same text, the second lets go of its own.
func (s *statements) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.RLock()
	stmt := s.byText[text]
	s.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	stmt, err := s.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	kept := s.keep(text, stmt)
	if kept != stmt {
		_ = stmt.Close()
	}
	return kept, nil
}

func (s *statements) keep(text string, stmt *sql.Stmt) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.byText[text]; first != nil {
		return first
	}
	s.byText[text] = stmt
	return stmt
}

func (s *statements) close() (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stmt := range s.byText {
		err = errors.Join(err, stmt.Close())
	}
	clear(s.byText)
	return err
}

// exec runs a write and tells how many rows it changed.
func exec(ctx context.Context, q querier, text string, args ...any) (int, error) {
	result, err := q.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}
