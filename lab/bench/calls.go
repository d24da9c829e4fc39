package main

import (
	"context"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// calls are how often Coatcheck uses its store.
type calls struct {
	untouched    int // by a request that makes no use of the session
	readsWriting int // writes in a hundred reads, with the default idle timeout
}

// countingStore counts the calls of a store.
type countingStore struct {
	session.Toucher
	all, writes int
}

func (c *countingStore) Load(ctx context.Context, key session.Key) (session.Record, error) {
	c.all++
	return c.Toucher.Load(ctx, key)
}

func (c *countingStore) Create(ctx context.Context, key session.Key, rec session.Record) (uint64, error) {
	c.all++
	c.writes++
	return c.Toucher.Create(ctx, key, rec)
}

func (c *countingStore) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	c.all++
	c.writes++
	return c.Toucher.Update(ctx, key, old, rec)
}

func (c *countingStore) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	c.all++
	c.writes++
	return c.Toucher.Touch(ctx, key, old, expires)
}

func (c *countingStore) Delete(ctx context.Context, key session.Key) error {
	c.all++
	c.writes++
	return c.Toucher.Delete(ctx, key)
}

func countCalls() (n calls, err error) {
	store := &countingStore{Toucher: memstore.New(memstore.Options{})}
	c, err := newCoatcheck(store, session.Limits{})
	if err != nil {
		return n, err
	}
	s := newSite(c, options{data: small})
	cookie, err := s.newSession()
	if err != nil {
		return n, err
	}
	filled := *store
	s.visitor(actNothing, cookie).visit()
	n.untouched = store.all - filled.all
	for range 100 {
		s.visitor(actRead, cookie).visit()
	}
	n.readsWriting = store.writes - filled.writes
	return n, nil
}
