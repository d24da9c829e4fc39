package linear

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/coatcheck-go/session/internal/racetest"
)

const (
	clients = 16  // of each process
	each    = 800 // calls of each client
	present = 8   // subjects at a time

	// One of so many calls has a deadline that it may not meet.
	often  = 8
	seldom = 100
)

// A crowd is all clients, and the subjects that they use.
type crowd struct {
	began time.Time
	hurry int // see subject

	mu   sync.Mutex
	all  []*subject
	here [present]*subject
}

// run lets the clients of all processes make their calls, and returns the subjects.
func run(t *testing.T, hurry int, nodes ...racetest.Node) []*subject {
	t.Helper()
	c := &crowd{began: time.Now(), hurry: hurry}
	for i := range c.here {
		c.replace(i)
	}
	var running sync.WaitGroup
	for i := range clients * len(nodes) {
		running.Go(func() {
			if err := c.client(nodes[i%len(nodes)]); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	return c.all
}

// replace lets a new subject come in the place of one that has had enough calls.
func (c *crowd) replace(i int) {
	s := &subject{name: fmt.Sprintf("subject-%d", len(c.all)), hurry: c.hurry}
	c.here[i] = s
	c.all = append(c.all, s)
}

func (c *crowd) client(node racetest.Node) error {
	for range each {
		s, next := c.next()
		begun := time.Since(c.began)
		r, err := ask(node, next)
		over := time.Since(c.began)
		if err != nil {
			return err
		}
		s.note(next, r, int64(begun), int64(over))
	}
	return nil
}

// next chooses a subject, and a call that is to be made.
func (c *crowd) next() (*subject, call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		i := rand.IntN(present)
		if next, more := c.here[i].plan(); more {
			return c.here[i], next
		}
		c.replace(i)
	}
}

// patience is how long Porcupine may think about one subject. Some histories have too
// many orders to be tried in any time: of so many subjects one may stay undecided.
const (
	patience  = 20 * time.Second
	undecided = 200
)

// check returns the first subject whose history can't be.
func check(t *testing.T, subjects []*subject) (bad *subject) {
	t.Helper()
	open := 0
	for _, s := range subjects {
		slices.SortFunc(s.history, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
		switch porcupine.CheckOperationsTimeout(model, s.history, patience) {
		case porcupine.Illegal:
			return s
		case porcupine.Unknown:
			open++
		}
	}
	t.Logf("%d of %d subjects are undecided", open, len(subjects))
	if open*undecided > len(subjects) {
		t.Errorf("%d of %d subjects are undecided: too many", open, len(subjects))
	}
	return nil
}
