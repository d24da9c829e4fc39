package traffic

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// writeEvery says that one of ten requests writes.
const writeEvery = 10

// Samples are how long requests took. The zero Samples are none.
type Samples struct {
	mu            sync.Mutex
	reads, writes []time.Duration
	errs          []error
}

func (s *Samples) add(write bool, took time.Duration, err error) {
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

// Load sends rate requests a second until ctx is done, and waits for all answers.
// Whatever is under way then is not cut off. A request's time counts from when it
// should have begun. The error has those of all requests.
func (v *Visitors) Load(ctx context.Context, rate int, s *Samples) error {
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
			err := v.one(context.WithoutCancel(ctx), rand.IntN(len(v.tokens)), write)
			s.add(write, time.Since(due), err)
		})
	}
}
