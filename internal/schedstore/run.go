// Package schedstore plays concurrent requests in every order in which their
// calls can reach a session store. It is for tests, inside a bubble of
// testing/synctest.
//
// Requests of a site share nothing but the store. So the orders of their store
// calls are all there is to what can happen between them, and playing every one
// of them is a proof, as far as the store's calls take effect one at a time.
package schedstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing/synctest"

	"github.com/coatcheck-go/session"
)

const (
	reads  = true
	writes = false
)

// A Run plays one order: a scenario's actors start together, and each store call
// of theirs waits for its turn.
type Run struct {
	explorer *explorer
	depth    int
	actors   int

	redundant bool // an order like this one is played elsewhere

	mu      sync.Mutex
	running int
	waiting []*call
	played  []*call
	before  []*call // those that waited when the last call was chosen
}

// A call is what an actor does next.
type call struct {
	actor int
	name  string
	reads bool
	event func()        // instead of a store call, see Run.Event
	turn  chan struct{} // closed when it may go on
}

type actorKey struct{}

// NewStore returns a store that lets the calls of r's actors through to inner.
func (r *Run) NewStore(inner Inner) *Store {
	return &Store{inner: inner, run: r, age: map[session.Key]int{}}
}

// Actor starts act. The store calls it makes with a context made of ctx are its own.
func (r *Run) Actor(act func(ctx context.Context)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ctx := context.WithValue(context.Background(), actorKey{}, r.actors)
	r.actors++
	r.running++
	go func() {
		act(ctx)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.running--
	}()
}

// Event adds something that happens once, at any place in the order: that time
// passes, for instance.
func (r *Run) Event(name string, happen func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(r.waiting, &call{actor: r.actors, name: name, event: happen})
	r.actors++
}

// hold keeps an actor until it is its turn.
func (r *Run) hold(ctx context.Context, name string, reads bool) {
	actor, ok := ctx.Value(actorKey{}).(int)
	if !ok {
		return
	}
	c := &call{actor: actor, name: name, reads: reads, turn: make(chan struct{})}
	r.mu.Lock()
	r.waiting = append(r.waiting, c)
	r.mu.Unlock()
	<-c.turn
}

// Play lets the actors' calls go on, one after the other, until all actors are
// done. It calls look when they have started and after every call.
func (r *Run) Play(look func()) {
	for {
		synctest.Wait()
		look()
		c := r.next()
		if c == nil {
			return
		}
		if c.event != nil {
			c.event()
		} else {
			close(c.turn)
		}
	}
}

// next takes out the call whose turn it is, nil when all actors are done.
func (r *Run) next() *call {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.waiting) == 0 {
		if r.running > 0 {
			panic("schedstore: an actor waits for something else than the store, after " + r.order())
		}
		return nil
	}
	slices.SortFunc(r.waiting, func(a, b *call) int { return cmp.Compare(a.actor, b.actor) })
	options := r.options()
	c := options[r.explorer.choose(r.depth, len(options))]
	r.depth++
	r.before = slices.Clone(r.waiting)
	r.played = append(r.played, c)
	r.waiting = slices.DeleteFunc(r.waiting, func(w *call) bool { return w == c })
	return c
}

// options are the calls whose turn it may be. When the explorer reduces, two reads
// that could have come in either order come in the order of their actors, for
// it makes no difference; an order in which that can't be is redundant, and is
// only played to its end.
func (r *Run) options() []*call {
	if !r.explorer.reduce || len(r.played) == 0 {
		return r.waiting
	}
	last := r.played[len(r.played)-1]
	options := slices.DeleteFunc(slices.Clone(r.waiting), func(c *call) bool {
		return c.reads && last.reads && c.actor < last.actor && slices.Contains(r.before, c)
	})
	r.redundant = r.redundant || len(options) == 0
	if r.redundant {
		return r.waiting[:1]
	}
	return options
}

// String returns the calls in the order they were played.
func (r *Run) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.order()
}

func (r *Run) order() string {
	var order []string
	for _, c := range r.played {
		order = append(order, fmt.Sprintf("%d %s", c.actor, c.name))
	}
	return strings.Join(order, ", ")
}
