package racetest

import (
	"context"
	"sync"
)

// A gate holds requests until it is opened.
type gate struct {
	mu      sync.Mutex
	holding int
	changed chan struct{} // closed and made anew when holding changes
	open    chan struct{}
}

func newGate() *gate {
	return &gate{changed: make(chan struct{}), open: make(chan struct{})}
}

// pass returns when the gate is open.
func (g *gate) pass(ctx context.Context) {
	g.mu.Lock()
	g.holding++
	close(g.changed)
	g.changed = make(chan struct{})
	g.mu.Unlock()
	select {
	case <-g.open:
	case <-ctx.Done():
	}
}

// wait returns when n requests are held.
func (g *gate) wait(ctx context.Context, n int) {
	for {
		g.mu.Lock()
		holding, changed := g.holding, g.changed
		g.mu.Unlock()
		if holding >= n {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// gates are made when somebody first names them.
type gates struct {
	mu     sync.Mutex
	byName map[string]*gate
}

func (gs *gates) get(name string) *gate {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	if gs.byName == nil {
		gs.byName = map[string]*gate{}
	}
	if gs.byName[name] == nil {
		gs.byName[name] = newGate()
	}
	return gs.byName[name]
}
