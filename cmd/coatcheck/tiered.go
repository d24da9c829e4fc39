package main

import (
	"context"
	"errors"
	"time"

	"github.com/coatcheck-go/session/nearcache"
)

const (
	tieredForm = "tiered:URL"

	// nearLease is the same in all processes. Half of the usual one: the demo starts
	// only when it is sure to know all others.
	nearLease = time.Second

	// nearPatience is how long the demo waits for its near cache to come into
	// service: a little longer than that takes.
	nearPatience = 10 * time.Second
)

// openTiered puts a near cache in front of the store that the rest of the URL names.
func openTiered(ctx context.Context, rest string, w want) (*backend, error) {
	name, _, s, err := findScheme(rest)
	switch {
	case err != nil:
		return nil, err
	case !s.isStore() || name == "tiered":
		return nil, usagef("tiered: takes a store after the colon, not %s:", name)
	case w.space != "":
		return nil, usagef("tiered: try the store behind it: %s:…", name)
	}
	b, err := openStore(ctx, rest, w)
	if err != nil || w.site == nil { // only a site reads sessions
		return b, err
	}
	if err := b.putNearCache(ctx, name, w.site.maxStale); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// putNearCache runs until the backend is closed.
func (b *backend) putNearCache(ctx context.Context, name string, maxStale time.Duration) error {
	var bus nearcache.Bus
	if b.bus != nil {
		var err error
		if bus, err = b.bus(ctx); err != nil {
			return err
		}
	} else if maxStale == 0 {
		return usagef("tiered: %s: can't tell of changes; give --max-stale to serve sessions that were perhaps ended elsewhere that long ago, "+
			"or use %s or %s", name, postgresForm, redisForm)
	}
	near, err := nearcache.New(b.store, nearcache.Options{Bus: bus, MaxStale: maxStale, Lease: nearLease})
	if err != nil {
		return err
	}
	stop := runUntilStopped(near.Run)
	b.store, b.place = near, b.place+", and in the memory of this process"
	closeBase := b.close
	b.close = func() error { stop(); return closeBase() }
	ctx, cancel := context.WithTimeout(ctx, nearPatience)
	defer cancel()
	return near.Ready(ctx)
}

// runUntilStopped calls run, which ends with its context.
func runUntilStopped(run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = run(ctx) // it goes on until ctx is done, whatever happens to the bus
	}()
	return func() { cancel(); <-ended }
}
