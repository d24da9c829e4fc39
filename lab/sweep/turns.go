package main

import (
	"context"
	"errors"
	"time"
)

// A result is what was measured.
type result struct {
	settings
	alone, beside samples // without the sweep, and beside it
	swept         time.Duration
}

// visit sends requests in turns, alone and beside the sweep, until that has come to
// its end.
func (v *visitors) visit(ctx context.Context, s settings, file string) (r *result, err error) {
	sweeper, err := startSweeper(ctx, file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, sweeper.stop()) }()
	r = &result{settings: s}
	for !sweeper.ended {
		if err := v.aloneFor(ctx, s, &r.alone); err != nil {
			return nil, err
		}
		if err := v.besideFor(ctx, s, sweeper, r); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (v *visitors) aloneFor(ctx context.Context, s settings, into *samples) error {
	ctx, cancel := context.WithTimeout(ctx, s.turn)
	defer cancel()
	return v.load(ctx, s.rate, into)
}

func (v *visitors) besideFor(ctx context.Context, s settings, sweeper *sweeper, r *result) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	swept := make(chan error, 1)
	go func() {
		defer cancel()
		start := time.Now()
		swept <- sweeper.sweep(s.turn)
		r.swept += time.Since(start)
	}()
	err := v.load(ctx, s.rate, &r.beside)
	return errors.Join(err, <-swept)
}
