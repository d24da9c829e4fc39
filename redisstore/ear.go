package redisstore

import (
	"strings"
	"sync"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/nearcache"
)

// An ear passes on to a listener what a connection receives. Its hooks are called by
// the goroutine of the client that reads the connection, in the order in which all
// came.
type ear struct {
	listener     nearcache.Listener
	stem         string        // what the names of records begin with
	unsubscribed chan struct{} // has an element when the server sends no more messages

	mu        sync.Mutex // held while the listener is told something
	listening bool
}

func newEar(l nearcache.Listener, stem string) *ear {
	return &ear{listener: l, stem: stem, unsubscribed: make(chan struct{}, 1)}
}

// subscribed is a hook for what the server says of subscriptions. It may end one by
// itself: in a cluster, when the channel has moved to another server.
func (e *ear) subscribed(s rueidis.PubSubSubscription) {
	switch s.Kind {
	case "subscribe", "ssubscribe":
		e.begin()
	default:
		e.unsubscribed <- struct{}{}
	}
}

func (e *ear) begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listening = true
	e.listener.Listening()
}

// end returns when the listener isn't being told anything, and never will be.
func (e *ear) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listening = false
}

// tell calls f if the listener listens.
func (e *ear) tell(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listening {
		f()
	}
}

// message is a hook for messages.
func (e *ear) message(m rueidis.PubSubMessage) {
	e.tell(func() { e.listener.Receive(m.Message) })
}

// invalidated is a hook for the names of keys that were changed. None means all.
func (e *ear) invalidated(names []rueidis.RedisMessage) {
	e.tell(func() {
		if names == nil {
			e.listener.ChangedAll()
		}
		for _, m := range names {
			name, err := m.ToString()
			if key, ok := strings.CutPrefix(name, e.stem); ok && err == nil {
				e.listener.Changed(session.Key(key))
			}
		}
	})
}
