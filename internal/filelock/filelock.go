// Package filelock locks a file among processes. File systems can't replace a file
// under a condition, so whoever does must be alone.
package filelock

import (
	"context"
	"errors"
	"os"
	"time"
)

// While another process holds the lock it is asked for again and again, after
// pauses that double from the first of these to the second. Asking, unlike
// waiting in the kernel, can be given up when the context ends.
const (
	firstPause = 50 * time.Microsecond
	lastPause  = 2 * time.Millisecond
)

// A Lock is a lock on one file, for goroutines and processes alike. It is safe for
// concurrent use.
type Lock struct {
	open func() (*os.File, error)
	turn chan struct{} // full while a goroutine of this process has or wants the file's lock
}

// New returns a lock on the file at path, which is made when it is first locked.
func New(path string) *Lock {
	return Of(func() (*os.File, error) { return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) })
}

// Of returns a lock on the file that open returns, which is called for each Lock, by
// one goroutine at a time.
func Of(open func() (*os.File, error)) *Lock {
	return &Lock{open: open, turn: make(chan struct{}, 1)}
}

// Lock waits for the lock. The goroutines of this process queue first, so that one at
// most asks for the file's. The system frees it when the process dies. Errors: that of
// ctx, which is done; that of opening the file; that of [Try].
func (l *Lock) Lock(ctx context.Context) (free func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	file, err := l.file(ctx)
	if err != nil {
		<-l.turn
		return nil, err
	}
	return func() {
		unlock(file)
		_ = file.Close() // nothing was written to it
		<-l.turn
	}, nil
}

// file opens the file and waits for its lock.
func (l *Lock) file(ctx context.Context) (*os.File, error) {
	file, err := l.open()
	if err != nil {
		return nil, err
	}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		got, err := Try(file)
		if got {
			return file, nil
		}
		if err == nil {
			err = sleep(ctx, pause)
		}
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
	}
}

// sleep waits for d, or returns the error of ctx if that ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
