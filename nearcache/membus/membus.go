// Package membus is a [nearcache.Bus] within one process, for tests: of programs
// that use near caches, and of near caches.
package membus

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/coatcheck-go/session/nearcache"
)

// errCut is why Listen returns after Cut.
var errCut = errors.New("the connection was cut")

// A Bus connects the near caches of one process. It is safe for concurrent use,
// and its zero value is ready.
type Bus struct {
	mu    sync.Mutex
	lines map[*line]bool
}

// A line leads to one listener. The bus keeps what it hasn't received yet.
type line struct {
	messages []string
	news     chan struct{} // has room for one
	cut      chan struct{}
}

// Post implements [nearcache.Bus]. It waits for nobody and fails only if ctx is
// done.
func (b *Bus) Post(ctx context.Context, message string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("membus: post: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for l := range b.lines {
		l.messages = append(l.messages, message)
		select {
		case l.news <- struct{}{}:
		default: // it knows already
		}
	}
	return nil
}

// Listen implements [nearcache.Bus]. It never calls Changed or ChangedAll.
func (b *Bus) Listen(ctx context.Context, listener nearcache.Listener) error {
	l := b.join()
	defer b.leave(l)
	listener.Listening()
	for {
		select {
		case <-l.news:
		case <-l.cut:
			return fmt.Errorf("membus: listen: %w", errCut)
		case <-ctx.Done():
			return fmt.Errorf("membus: listen: %w", ctx.Err())
		}
		for _, message := range b.take(l) {
			listener.Receive(message)
		}
	}
}

// Cut ends every Listen under way, as if all connections were lost.
func (b *Bus) Cut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for l := range b.lines {
		close(l.cut)
		delete(b.lines, l)
	}
}

func (b *Bus) join() *line {
	l := &line{news: make(chan struct{}, 1), cut: make(chan struct{})}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lines == nil {
		b.lines = map[*line]bool{}
	}
	b.lines[l] = true
	return l
}

func (b *Bus) leave(l *line) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.lines, l)
}

func (b *Bus) take(l *line) (messages []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	messages, l.messages = l.messages, nil
	return messages
}
