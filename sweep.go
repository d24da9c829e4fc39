package session

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// sweepBatch is how many records SweepEvery deletes at a time: few enough that no
// store is held up for long.
const sweepBatch = 500

// SweepEvery deletes the expired records of s in small batches, now and then
// every d, until ctx is done, and returns why it stopped. An error of the store
// doesn't stop it: report, which may be nil, is told of it, and it goes on after d. It starts no goroutine:
//
//	go session.SweepEvery(ctx, store, time.Hour, nil)
//
// A store that forgets by itself: errors.ErrUnsupported at once.
func SweepEvery(ctx context.Context, s Store, d time.Duration, report func(error)) error {
	if d <= 0 {
		return fmt.Errorf("session: sweep every %v: must be positive", d)
	}
	ticker := time.NewTicker(d)
	defer ticker.Stop()
	for {
		err := sweepAll(ctx, s)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && report != nil:
			report(err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func sweepAll(ctx context.Context, s Store) error {
	for {
		n, err := Sweep(ctx, s, sweepBatch)
		if err != nil || n < sweepBatch {
			return err
		}
	}
}
