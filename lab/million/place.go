package main

import (
	"context"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/traffic"
)

// A place is a server of its own with an empty store.
type place interface {
	name() string // with the version
	store() session.Store

	// load calls add n times, with every number below n once, by many goroutines. It
	// gives it a Manager that makes sessions of the store, faster than others.
	load(ctx context.Context, n int, add func(m *session.Manager, i int) error) error

	// bytes is how much room all sessions take.
	bytes(ctx context.Context) (int64, error)

	// turns are those with the sweep and those without.
	turns(s settings) traffic.Turns

	// expiry is what its sweep is called in the result.
	expiry() string

	// sweep gets rid of the expired for a while, or watches how the server does.
	sweep(ctx context.Context, s settings, turn time.Duration) (ended bool, err error)

	// count is how many sessions are there, live or not.
	count(ctx context.Context) (int, error)

	// notes tells in Markdown what else was seen.
	notes() string

	close() error
}
