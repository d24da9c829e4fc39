package cached

import (
	"context"

	"github.com/coatcheck-go/session"
)

// Sweep implements [session.Sweeper]. Copies of what it deletes are dead, too.
func (s *Store) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	deleted, err = session.Sweep(ctx, s.truth, limit)
	return deleted, failure("sweep", err)
}

// List implements [session.Lister]. It doesn't use the cache.
func (s *Store) List(ctx context.Context, cursor string, limit int) (page []session.Entry, next string, err error) {
	page, next, err = session.List(ctx, s.truth, cursor, limit)
	return page, next, failure("list", err)
}
