package nearcache

import (
	"strconv"
	"strings"

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
	case wordBeat, wordBye:
		l.there(word, args)
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

// there takes MEMBER NUMBER.
func (l listener) there(word string, args []string) {
	if len(args) != 2 {
		return
	}
	number, err := strconv.ParseUint(args[1], 10, 64)
	switch {
	case err != nil:
	case word == wordBeat:
		l.store.member.heard(args[0], number)
	default:
		l.store.member.left(args[0], number)
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
