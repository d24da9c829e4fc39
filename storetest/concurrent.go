package storetest

import (
	"math/rand/v2"
	"sync"

	"github.com/coatcheck-go/session"
)

// rounds is how often a race is run; its outcome is right in every one.
const rounds = 50

// rounds runs f again and again, until something is wrong.
func (c *check) rounds(f func()) {
	for range rounds {
		f()
		if len(c.failures()) > 0 {
			return
		}
	}
}

// handle returns a for even i and b for odd: half of a crowd is elsewhere.
func (c *check) handle(i int) session.Store {
	if i%2 == 0 {
		return c.a
	}
	return c.b
}

// crowd calls f(0) to f(n-1) at once, each from its own goroutine behind one
// barrier, and waits for all. They line up in random order, since a scheduler
// that has little else to do lets them start in that order.
func crowd(n int, f func(i int)) {
	start := make(chan struct{})
	var ready, done sync.WaitGroup
	ready.Add(n)
	for _, i := range rand.Perm(n) {
		done.Go(func() {
			ready.Done()
			<-start
			f(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}

// together calls all of fs at once and waits for them.
func together(fs ...func()) {
	crowd(len(fs), func(i int) { fs[i]() })
}
