package linear

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
)

// maxCalls is how many calls are made of one subject, so that its history can be
// checked soon.
const maxCalls = 64

// A read is what some client knows of a record: perhaps it is over by now.
type read struct {
	record  int
	version uint64
}

// A subject is one user, whose sessions several clients use at once.
type subject struct {
	mu      sync.Mutex
	name    string
	hurry   int // one of so many calls has a deadline that it may not meet
	records int // numbers that have been given away
	keys    int
	ends    int
	calls   int
	known   []int // keys that clients may have
	reads   [maxKeys]read
	history []porcupine.Operation
	unsure  int // calls whose outcome isn't known
}

// kinds are the acts, as often as they are made.
var kinds = []string{
	load, load, load, load, load, load, load, load, load, load, load, load,
	load, load, load, load, load, load, load, load, load, load, load, load,
	update, update, update, update, update, rotate, rotate, rotate,
	create, create, create, end, remove, endAll,
}

// plan returns the next call of some client, or false if there have been enough.
func (s *subject) plan() (c call, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls++; s.calls > maxCalls {
		return call{}, false
	}
	c = call{Act: kinds[rand.IntN(len(kinds))], Subject: s.name}
	if len(s.known) == 0 {
		c.Act = create
	}
	s.choose(&c)
	if rand.IntN(s.hurry) == 0 {
		c.Within = 50*time.Microsecond + rand.N(2*time.Millisecond)
	}
	return c, true
}

// choose says of what c is. Where there are no new keys left, it is a load.
func (s *subject) choose(c *call) {
	fresh := c.Act == create && (len(s.known) == 0 || rand.IntN(2) == 0)
	needy := fresh || c.Act == rotate
	if needy && s.keys == maxKeys || c.Act == endAll && s.ends == maxEnds {
		c.Act, fresh, needy = load, false, false
	}
	if needy {
		c.To = s.keys
		s.keys++
	}
	if c.Key = c.To; !fresh {
		c.Key = s.someKey()
		c.Old, c.Version = s.reads[c.Key].record, s.reads[c.Key].version
	}
	if c.Act == endAll {
		c.End = s.ends
		s.ends++
	}
	s.records++
	c.New = s.records
}

// someKey returns one that clients may have: mostly a late one, which may be live.
func (s *subject) someKey() int {
	last := len(s.known)
	if rand.IntN(4) > 0 {
		last = min(last, 3)
	}
	return s.known[len(s.known)-1-rand.IntN(last)]
}

// note writes a call down that was begun and ended at these times.
func (s *subject) note(c call, r result, begun, over int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Code == unknown {
		s.unsure++
		over = math.MaxInt64 // it may yet be done
	}
	if r.Code != unknown || c.Act != load {
		s.add(c, r, begun, over)
	}
	if c.Act == endAll && r.Code == ok {
		c.Act = ended
		s.add(c, r, begun, over)
	}
	s.learn(c, r)
}

func (s *subject) add(c call, r result, begun, over int64) {
	s.history = append(s.history, porcupine.Operation{Input: c, Call: begun, Output: r, Return: over})
}

// learn takes in what the client can tell others.
func (s *subject) learn(c call, r result) {
	switch {
	case c.Act == create && c.Key == c.To && r.Code != conflict:
		s.known = append(s.known, c.Key)
	case c.Act == rotate && r.Code == ok:
		s.known = append(s.known, c.To)
	}
	switch {
	case r.Code != ok:
	case c.Act == load:
		s.reads[c.Key] = read{r.Record, r.Version}
	case c.Act == create, c.Act == update:
		s.reads[c.Key] = read{c.New, r.Version}
	case c.Act == rotate:
		s.reads[c.To] = read{c.New, r.Version}
	}
}

// String tells the history, in the order in which the calls were begun.
func (s *subject) String() (text string) {
	for _, o := range s.history {
		text += fmt.Sprintf("%12d %12d  %+v  %+v\n", o.Call, o.Return, o.Input, o.Output)
	}
	return text
}
