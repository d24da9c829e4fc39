package nearcache

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

// Messages are words with spaces between:
//
//	beat MEMBER NUMBER LEASE the member is there; its lease in milliseconds
//	bye MEMBER NUMBER        it holds nothing since its beat of that number
//	close MEMBER CHANGE T…   it asks to drop the targets and not to keep them
//	ack MEMBER CHANGE…       it has done so
//	open CHANGE…             the changes are done
//
// A target is k or s and a key or subject in base64url, or "*" for all records.
const (
	wordBeat  = "beat"
	wordBye   = "bye"
	wordClose = "close"
	wordAck   = "ack"
	wordOpen  = "open"

	maxMessage = 4 << 10
	maxNames   = 64 // of changes in one message; each is of up to 40 bytes
)

// A target is what a change is about.
type target struct {
	kind byte
	name string
}

const (
	ofKey     = 'k'
	ofSubject = 's'
	ofAll     = '*'
)

var everything = target{kind: ofAll}

func keyTarget(key session.Key) target    { return target{ofKey, string(key)} }
func subjectTarget(subject string) target { return target{ofSubject, subject} }
func keyTargets(keys ...session.Key) (ts []target) {
	for _, key := range keys {
		ts = append(ts, keyTarget(key))
	}
	return ts
}

// word and the following are the way of a target through a message.
func (t target) word() string {
	return string(rune(t.kind)) + base64.RawURLEncoding.EncodeToString([]byte(t.name))
}

var errMessage = errors.New("not a message of a near cache")

func parseTarget(word string) (target, error) {
	if word == "" || !strings.Contains("ks*", word[:1]) {
		return target{}, errMessage
	}
	name, err := base64.RawURLEncoding.DecodeString(word[1:])
	return target{word[0], string(name)}, err
}

func parseTargets(words []string) (ts []target, err error) {
	for _, word := range words {
		t, err := parseTarget(word)
		if err != nil {
			return nil, err
		}
		ts = append(ts, t)
	}
	return ts, nil
}

// closeMessage names everything where there is no room for more.
func closeMessage(member, change string, targets []target) string {
	words := []string{wordClose, member, change}
	for _, t := range targets {
		words = append(words, t.word())
	}
	message := strings.Join(words, " ")
	if len(message) > maxMessage {
		return strings.Join([]string{wordClose, member, change, everything.word()}, " ")
	}
	return message
}

func beatMessage(member string, number uint64, lease time.Duration) string {
	return fmt.Sprintf("%s %s %d %d", wordBeat, member, number, lease.Milliseconds())
}

func byeMessage(member string, number uint64) string {
	return fmt.Sprintf("%s %s %d", wordBye, member, number)
}

func parseNumbers(words []string) (numbers []uint64, err error) {
	for _, word := range words {
		n, err := strconv.ParseUint(word, 10, 64)
		if err != nil {
			return nil, errMessage
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}
