package nearcache

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// joinAfter is for how many leases a member must have been heard without a gap
// before it uses its cache. A change that was closed before it could hear takes
// fewer, or is closed once more.
const joinAfter = 2

// A member is this process among those on the bus.
//
// It is in service while the newest of its heartbeats that came back to it was
// sent less than a lease ago. The bus being ordered, it has then heard all that
// was posted up to a lease ago.
type member struct {
	name    string
	clock   func() moment
	options Options
	cache   *cache

	service atomic.Pointer[moment] // when that heartbeat was sent; nil: not in service

	mu        sync.Mutex
	listening bool
	number    uint64            // of the newest heartbeat
	sent      map[uint64]moment // heartbeats that haven't come back
	newest    moment            // when the newest that came back was sent
	since     moment            // since when they come back without a gap
	unbroken  bool              // whether they do
	peers     map[string]peer
	approvals map[string]*approval
	joined    chan struct{} // closed and made anew when service begins
}

// A peer is another member.
type peer struct {
	number uint64 // of its newest heartbeat
	heard  moment // when that was received
}

// serving tells whether the cache may be used now.
func (m *member) serving(now moment) bool {
	sent := m.service.Load()
	return sent != nil && now.atMost(*sent) < m.options.Lease
}

// begin begins an epoch: from now on no message is missed.
func (m *member) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.listening = true
}

// end ends an epoch: messages may have been missed.
func (m *member) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.listening = false
	m.leave()
	clear(m.sent)
	clear(m.peers)
}

// leave leaves service. What the cache holds can't be trusted any more.
func (m *member) leave() {
	m.unbroken = false
	m.service.Store(nil)
	m.cache.retire(m.clock())
}

// next returns the number of a heartbeat that is to be sent now.
func (m *member) next() (number uint64, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.listening {
		return 0, false
	}
	m.number++
	m.sent[m.number] = m.clock()
	return m.number, true
}

// last returns the number of the newest heartbeat.
func (m *member) last() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.number
}

var errLease = errors.New("another process has another Lease: the cache steps aside while it is there")

// heard notes a heartbeat. The error is for the first one of a member with another
// lease, for which nobody here would wait long enough.
func (m *member) heard(name string, number uint64, lease time.Duration) (err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if name == m.name {
		m.cameBack(number)
		return nil
	}
	_, known := m.peers[name]
	m.peers[name] = peer{number, m.clock()}
	if lease == m.options.Lease {
		return nil
	}
	m.leave()
	if known {
		return nil
	}
	return errLease
}

// cameBack notes one of our own heartbeats. After a gap longer than a lease all
// begins anew: others may have thought that they are alone.
func (m *member) cameBack(number uint64) {
	sent, ours := m.sent[number]
	if !ours {
		return // of an earlier epoch
	}
	delete(m.sent, number)
	now := m.clock()
	if m.unbroken && now.atMost(m.newest) >= m.options.Lease {
		m.leave()
	}
	if !m.unbroken {
		m.unbroken, m.since = true, now
	}
	m.newest = sent
	m.forget(now)
	if now.atLeast(m.since) > joinAfter*m.options.over() {
		m.serve(sent)
	}
}

// serve is in service for a lease from when a heartbeat was sent.
func (m *member) serve(sent moment) {
	if m.service.Swap(&sent) == nil {
		m.cache.restore()
		close(m.joined)
		m.joined = make(chan struct{})
	}
}

// forget drops members of whom nothing was heard for so long that they can't be in
// service, and haven't been while we were alone. It drops heartbeats that are lost.
func (m *member) forget(now moment) {
	for name, p := range m.peers {
		if now.atLeast(p.heard) > joinAfter*m.options.over() {
			delete(m.peers, name)
		}
	}
	for number, sent := range m.sent {
		if now.atMost(sent) >= m.options.Lease {
			delete(m.sent, number)
		}
	}
}

// left notes that a member holds nothing since its heartbeat of that number.
func (m *member) left(name string, number uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.peers[name].number > number {
		return // it has come back since
	}
	delete(m.peers, name)
	for _, a := range m.approvals {
		a.given(name)
	}
}

// alone tells whether this member is in service and no other is.
func (m *member) alone(now moment) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(now)
	return m.serving(now) && len(m.peers) == 0
}

// wait returns when this member is in service, or ctx is done.
func (m *member) wait(done <-chan struct{}) {
	for !m.serving(m.clock()) {
		m.mu.Lock()
		joined := m.joined
		m.mu.Unlock()
		if m.serving(m.clock()) {
			return
		}
		select {
		case <-joined:
		case <-done:
			return
		}
	}
}

// lifetime is how long an approval of all holds: no member that came later is in
// service before.
func (m *member) lifetime() time.Duration { return joinAfter * m.options.Lease }
