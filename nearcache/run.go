package nearcache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	beatsPerLease = 5
	firstPause    = 20 * time.Millisecond // between two attempts to listen
)

// Run connects the cache to its Bus until ctx is done, and then returns ctx's
// error. Start it once, as a goroutine; without it nothing is cached. It listens,
// again and again if that fails, answers other processes and sends heartbeats. At
// the end it tells the others that they need not wait for this process any more.
//
// Without a Bus it only waits. Any other error says that it runs already.
func (s *Store) Run(ctx context.Context) error {
	if !s.running.CompareAndSwap(false, true) {
		return fail("run", errors.New("it runs already"))
	}
	defer s.running.Store(false)
	if s.options.Bus == nil {
		<-ctx.Done()
		return fail("run", ctx.Err())
	}
	var sender sync.WaitGroup
	sender.Go(func() { s.send(ctx) })
	s.listen(ctx)
	sender.Wait()
	s.flush(context.WithoutCancel(ctx))
	s.leave(context.WithoutCancel(ctx))
	return fail("run", ctx.Err())
}

// Ready returns nil when the cache is in use: two leases after Run began to listen
// at the earliest. Otherwise it returns ctx's error when ctx is done.
func (s *Store) Ready(ctx context.Context) error {
	if s.options.Bus != nil {
		s.member.wait(ctx.Done())
	}
	if err := ctx.Err(); err != nil {
		return fail("ready", err)
	}
	return nil
}

// listen listens, in one epoch after the other.
func (s *Store) listen(ctx context.Context) {
	pause := firstPause
	for ctx.Err() == nil {
		began := s.clock()
		err := s.options.Bus.Listen(ctx, listener{s})
		s.member.end()
		if ctx.Err() != nil {
			return
		}
		s.options.OnTrouble(fmt.Errorf("nearcache: listen: %w", err))
		s.leave(ctx)
		if s.clock().atLeast(began) > s.options.Lease {
			pause = firstPause
		}
		rest(ctx, pause)
		pause = min(2*pause, s.options.Lease)
	}
}

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// send sends heartbeats and what is in the outbox.
func (s *Store) send(ctx context.Context) {
	tick := time.NewTicker(s.options.Lease / beatsPerLease)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if number, ok := s.member.next(); ok {
				s.post(ctx, beatMessage(s.member.name, number, s.options.Lease))
			}
		case <-s.outbox.wake:
		case <-ctx.Done():
			return
		}
		s.flush(ctx)
	}
}

func (s *Store) flush(ctx context.Context) {
	for _, message := range s.outbox.take(s.member.name) {
		s.post(ctx, message)
	}
}

// leave tells that this process holds nothing, so nobody need wait for it.
func (s *Store) leave(ctx context.Context) {
	s.post(ctx, byeMessage(s.member.name, s.member.last()))
}

// post sends a message that may be lost: then others wait a little longer.
func (s *Store) post(ctx context.Context, message string) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Lease)
	defer cancel()
	if err := s.options.Bus.Post(ctx, message); err != nil && !errors.Is(err, context.Canceled) {
		s.options.OnTrouble(fmt.Errorf("nearcache: post: %w", err))
	}
}
