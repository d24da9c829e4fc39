package nearcache

import (
	"fmt"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

// A listener is what the store is to its Bus.
type listener struct{ store *Store }

// Listening implements [Listener].
func (l listener) Listening() { l.store.member.begin() }

// Changed implements [Listener].
func (l listener) Changed(key session.Key) { l.store.cache.drop(keyTarget(key)) }

// ChangedAll implements [Listener].
func (l listener) ChangedAll() { l.store.cache.drop(everything) }

// Receive implements [Listener]. What it can't read isn't ours.
func (l listener) Receive(message string) {
	words := strings.Split(message, " ")
	if len(words) < 2 {
		return
	}
	switch word, args := words[0], words[1:]; word {
	case wordBeat:
		l.beat(args)
	case wordBye:
		l.bye(args)
	case wordClose:
		l.close(args)
	case wordAck:
		l.store.member.answered(args[0], args[1:])
	case wordOpen:
		for _, change := range args {
			l.store.changes.open(change)
		}
	}
}

// beat takes MEMBER NUMBER LEASE.
func (l listener) beat(args []string) {
	numbers, err := parseNumbers(args[1:])
	if err != nil || len(numbers) != 2 {
		return
	}
	if err := l.store.member.heard(args[0], numbers[0], time.Duration(numbers[1])*time.Millisecond); err != nil {
		l.store.options.OnTrouble(fmt.Errorf("nearcache: %w", err))
	}
}

// bye takes MEMBER NUMBER.
func (l listener) bye(args []string) {
	numbers, err := parseNumbers(args[1:])
	if err == nil && len(numbers) == 1 {
		l.store.member.left(args[0], numbers[0])
	}
}

// close takes MEMBER CHANGE T…
func (l listener) close(args []string) {
	if len(args) < 3 {
		return
	}
	member, change := args[0], args[1]
	if member == l.store.member.name {
		l.store.member.posted(change)
		return
	}
	targets, err := parseTargets(args[2:])
	if err != nil {
		return
	}
	l.store.changes.close(change, targets)
	l.store.outbox.ack(change)
}
