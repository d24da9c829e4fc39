package main

import (
	"context"
	"errors"
	"time"

	"github.com/coatcheck-go/session/lab/internal/traffic"
)

// A result is what was measured.
type result struct {
	settings
	*traffic.Comparison
}

// visit sends requests in turns, alone and beside the sweep, until that has come to
// its end.
func visit(ctx context.Context, v *traffic.Visitors, s settings, file string) (r *result, err error) {
	sweeper, err := startSweeper(ctx, file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, sweeper.stop()) }()
	turns := traffic.Turns{Rate: s.rate, Alone: s.turn, Beside: s.turn}
	c, err := v.Compare(ctx, turns, func(turn time.Duration) (bool, error) {
		err := sweeper.sweep(turn)
		return sweeper.ended, err
	})
	return &result{s, c}, err
}
