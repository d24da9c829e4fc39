package nearcache

import (
	"slices"
	"strings"
	"sync"
)

// An outbox holds names of changes until Run posts them, many in one message.
type outbox struct {
	wake chan struct{} // has room for one

	mu         sync.Mutex
	acks, done []string
}

// ack lets a change of another process be answered.
func (o *outbox) ack(change string) { o.add(&o.acks, change) }

// open lets the end of our own change be told.
func (o *outbox) open(change string) { o.add(&o.done, change) }

func (o *outbox) add(to *[]string, change string) {
	o.mu.Lock()
	*to = append(*to, change)
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default: // it is awake
	}
}

// take empties the outbox into messages. Answers are first: somebody waits for them.
func (o *outbox) take(member string) (messages []string) {
	o.mu.Lock()
	acks, done := o.acks, o.done
	o.acks, o.done = nil, nil
	o.mu.Unlock()
	for part := range slices.Chunk(acks, maxNames) {
		messages = append(messages, wordAck+" "+member+" "+strings.Join(part, " "))
	}
	for part := range slices.Chunk(done, maxNames) {
		messages = append(messages, wordOpen+" "+strings.Join(part, " "))
	}
	return messages
}
