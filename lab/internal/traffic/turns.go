package traffic

import (
	"context"
	"errors"
	"time"
)

// A Sweeper sweeps for a while, and tells whether it came to the end.
type Sweeper func(turn time.Duration) (ended bool, err error)

// Turns are how requests are compared with and without a sweep.
type Turns struct {
	Rate          int           // requests a second
	Alone, Beside time.Duration // how long each turn is
	Limit         time.Duration // no turn begins after so long; 0: no limit
}

// A Comparison is what came of it.
type Comparison struct {
	Alone, Beside Samples // without the sweep, and beside it
	Swept         time.Duration
	Ended         bool // nothing is left to sweep
}

// Compare sends requests in turns, alone and beside the sweep, until that has come to
// its end or the limit is reached.
func (v *Visitors) Compare(ctx context.Context, t Turns, sweep Sweeper) (*Comparison, error) {
	c := &Comparison{}
	for begin := time.Now(); ; {
		if err := v.alone(ctx, t, c); err != nil {
			return nil, err
		}
		if err := v.beside(ctx, t, sweep, c); err != nil {
			return nil, err
		}
		if c.Ended || t.Limit != 0 && time.Since(begin) >= t.Limit {
			return c, nil
		}
	}
}

func (v *Visitors) alone(ctx context.Context, t Turns, c *Comparison) error {
	ctx, cancel := context.WithTimeout(ctx, t.Alone)
	defer cancel()
	return v.Load(ctx, t.Rate, &c.Alone)
}

func (v *Visitors) beside(ctx context.Context, t Turns, sweep Sweeper, c *Comparison) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	swept := make(chan error, 1)
	go func() {
		defer cancel()
		start := time.Now()
		ended, err := sweep(t.Beside)
		c.Swept += time.Since(start)
		c.Ended = ended
		swept <- err
	}()
	err := v.Load(ctx, t.Rate, &c.Beside)
	return errors.Join(err, <-swept)
}
