package nearcache

import (
	"context"
	"time"
)

// An approval is what a change waits for: that every member that may be in service
// has dropped what it is about.
type approval struct {
	member *member
	from   map[string]bool // members that haven't answered; nil: not known yet
	known  chan struct{}   // closed when they are known
	all    chan struct{}   // closed when all have answered
	until  moment          // when the leases of those known are over
}

// expect begins to wait for the approval of a change that is to be posted.
func (m *member) expect(change string) *approval {
	a := &approval{member: m, known: make(chan struct{}), all: make(chan struct{})}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.approvals[change] = a
	return a
}

func (m *member) forgo(change string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.approvals, change)
}

// posted notes that a change of our own came back. In the order of the bus this is
// the moment when all are known that may be in service without having heard of it,
// if we are in service ourselves.
func (m *member) posted(change string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, now := m.approvals[change], m.clock()
	if a == nil || a.from != nil || !m.serving(now) {
		return
	}
	a.from, a.until = map[string]bool{}, now
	for name, p := range m.peers {
		if now.atLeast(p.heard) < m.options.over() {
			a.from[name] = true
			a.until = p.later(a.until, m.options.over())
		}
	}
	close(a.known)
	a.finish()
}

// later returns the later one of two moments: t, and when the peer's lease is over.
func (p peer) later(t moment, over time.Duration) moment {
	return moment{mono: max(t.mono, p.heard.mono+int64(over))}
}

// answered notes that a member has dropped what the changes are about.
func (m *member) answered(name string, changes []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, change := range changes {
		if a := m.approvals[change]; a != nil {
			a.given(name)
		}
	}
}

// given notes a member's answer.
func (a *approval) given(name string) {
	if a.from[name] {
		delete(a.from, name)
		a.finish()
	}
}

func (a *approval) finish() {
	if len(a.from) == 0 {
		close(a.all)
	}
}

// wait returns when all have answered, or the leases of those who have not are
// over. The change must have been posted.
func (a *approval) wait(ctx context.Context) error {
	over := time.NewTimer(a.member.options.over())
	defer over.Stop()
	select {
	case <-a.known:
	case <-over.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
	left := time.NewTimer(-a.member.clock().atLeast(a.until))
	defer left.Stop()
	select {
	case <-a.all:
	case <-left.C:
	case <-over.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
