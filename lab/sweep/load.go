package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// writeEvery says that one of ten requests writes.
const writeEvery = 10

// samples are how long requests took.
type samples struct {
	mu            sync.Mutex
	reads, writes []time.Duration
	errs          []error
}

func (s *samples) add(write bool, took time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if write {
		s.writes = append(s.writes, took)
	} else {
		s.reads = append(s.reads, took)
	}
	if err != nil {
		s.errs = append(s.errs, err)
	}
}

// load sends rate requests a second until ctx is done, and waits for all answers.
// Whatever is under way then is not cut off.
func (v *visitors) load(ctx context.Context, rate int, s *samples) error {
	interval := time.Second / time.Duration(rate)
	var underWay sync.WaitGroup
	start := time.Now()
	for i := 0; ; i++ {
		due := start.Add(time.Duration(i) * interval)
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			underWay.Wait()
			return errors.Join(s.errs...)
		}
		underWay.Go(func() {
			write := i%writeEvery == 0
			err := v.one(context.WithoutCancel(ctx), write)
			s.add(write, time.Since(due), err)
		})
	}
}

func (v *visitors) one(ctx context.Context, write bool) error {
	who := rand.IntN(len(v.tokens))
	if write {
		return v.write(ctx, who)
	}
	return v.read(ctx, who)
}
