package program

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// Notes are what a program writes, to be read while it runs.
type Notes struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{} // closed when there is more
}

// Write adds to the notes.
func (n *Notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.more != nil {
		close(n.more)
		n.more = nil
	}
	return n.text.Write(p)
}

// read returns all so far, and what is closed when there is more.
func (n *Notes) read() (text string, more <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.more == nil {
		n.more = make(chan struct{})
	}
	return n.text.String(), n.more
}

// Await waits until the notes say text for the nth time.
func (n *Notes) Await(tb testing.TB, text string, nth int) {
	tb.Helper()
	late := time.After(patience)
	for {
		all, more := n.read()
		if strings.Count(all, text) >= nth {
			return
		}
		select {
		case <-more:
		case <-late:
			tb.Fatalf("waited for %q (%d), got %q", text, nth, all)
		}
	}
}
