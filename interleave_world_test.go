package session_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/schedstore"
)

const alice, bob = "alice", "bob"

// A variant is a kind of site.
type variant struct {
	name   string
	inner  func() schedstore.Inner
	plain  bool          // the store can't touch nor replace
	shared bool          // all requests come to one process, else each to its own
	grace  time.Duration // Config.RotateGrace
	clock  bool          // the grace passes at any place in the order
}

// A world is a site with alice signed in on two devices. All acts begin at the
// same time.
type world struct {
	variant
	run           *schedstore.Run
	managers      func() *session.Manager
	raw           *session.Manager // sees all at once, not scheduled
	first, second device
	acts          []*act
	tickets       []*ticket
	passed        bool // the grace
	faults        []error
}

type device struct {
	token  string
	handle session.Handle
}

// A ticket is a token that a visitor was given.
type ticket struct {
	token string
	act   *act // that got it; nil: it was there before
	dead  bool
}

func newWorld(t *testing.T, v variant, run *schedstore.Run, kinds []kind) *world {
	store := run.NewStore(v.inner())
	w := &world{variant: v, run: run, raw: v.manager(t, store)}
	w.managers = func() *session.Manager { return w.raw }
	if !v.shared {
		w.managers = func() *session.Manager { return v.manager(t, v.seen(store)) }
	}
	w.first, w.second = w.device(t, true), w.device(t, false)
	for i, k := range kinds {
		w.acts = append(w.acts, &act{kind: k, number: i + 1})
	}
	if slices.ContainsFunc(kinds, func(k kind) bool { return k.touches }) {
		time.Sleep(time.Hour) // more than Config.TouchEvery
	}
	return w
}

// seen is the store as the variant's managers see it.
func (v variant) seen(s *schedstore.Store) session.Store {
	if v.plain {
		return struct{ session.SubjectStore }{s}
	}
	return s
}

func (v variant) manager(t *testing.T, s session.Store) *session.Manager {
	m, err := session.New(session.Config{Store: s, RotateGrace: v.grace, SaveTimeout: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// device signs alice in. On the first one there is a count and a flash message.
func (w *world) device(t *testing.T, first bool) device {
	s := w.raw.New(t.Context())
	err := s.Login(alice)
	if first {
		err = errors.Join(err, s.Set("n", countBefore), s.AddFlash(session.Flash{Message: flashBefore}))
	}
	err = errors.Join(err, s.Save())
	handle, handleErr := s.Handle()
	if err = errors.Join(err, handleErr); err != nil {
		t.Fatal(err)
	}
	w.tickets = append(w.tickets, &ticket{token: s.Token().Reveal()})
	return device{token: s.Token().Reveal(), handle: handle}
}

const (
	countBefore = 10
	flashBefore = "before"
)

// play runs the acts in the run's order.
func (w *world) play(t *testing.T) error {
	for _, a := range w.acts {
		m := w.managers()
		w.run.Actor(func(ctx context.Context) { a.perform(ctx, w, m) })
	}
	if w.clock {
		w.run.Event("the grace passes", func() { w.passed = true; w.passGrace() })
	}
	w.run.Play(func() { w.look(t) })
	w.check(t)
	return errors.Join(w.faults...)
}

func (w *world) passGrace() { time.Sleep(max(w.grace, 0) + time.Millisecond) }

func (w *world) fault(rule, format string, args ...any) {
	w.faults = append(w.faults, fmt.Errorf(rule+": "+format, args...))
}

// look is called after every store call.
func (w *world) look(t *testing.T) {
	for _, a := range w.acts {
		if a.status == 0 || a.looked {
			continue
		}
		a.looked = true
		if a.token != "" {
			w.tickets = append(w.tickets, &ticket{token: a.token, act: a})
		}
		if a.ok() {
			w.checkEnd(t, a)
		}
	}
	for _, ticket := range w.tickets {
		live := w.live(t, ticket.token)
		if live && ticket.dead {
			w.fault("I1", "a token that was dead (%v) lives again", ticket)
		}
		ticket.dead = !live
	}
}

func (t *ticket) String() string {
	if t.act == nil {
		return "alice's before"
	}
	return fmt.Sprintf("from request %d, %s", t.act.number-1, t.act.name)
}

func (w *world) live(t *testing.T, token string) bool {
	live, err := w.raw.Exists(t.Context(), session.Token(token))
	if err != nil {
		w.fault("I3", "a token can't be looked up: %v", err)
	}
	return live
}

// A content is a session that somebody has a token of.
type content struct {
	subject string
	numbers map[string]int
	flashes []string
}

// contents returns all sessions that somebody has a token of.
func (w *world) contents(t *testing.T) map[session.Handle]content {
	found := map[session.Handle]content{}
	for _, ticket := range w.tickets {
		if handle, c, ok := w.content(t, ticket.token); ok {
			found[handle] = c
		}
	}
	return found
}

func (w *world) content(t *testing.T, token string) (handle session.Handle, c content, ok bool) {
	s, err := w.raw.Open(t.Context(), session.Token(token))
	if err != nil {
		return handle, c, false
	}
	c.numbers = map[string]int{}
	for _, key := range []string{"a", "b", "d", "n"} {
		n, has, err := session.Lookup[int](s, key)
		if has {
			c.numbers[key] = n
		}
		w.must(err)
	}
	c.subject, err = s.Subject()
	w.must(err)
	flashes, err := s.Flashes() // not saved, so they stay
	w.must(err)
	for _, f := range flashes {
		c.flashes = append(c.flashes, f.Message)
	}
	handle, err = s.Handle()
	w.must(err)
	return handle, c, true
}

func (w *world) must(err error) {
	if err != nil {
		w.fault("I3", "a session can't be read: %v", err)
	}
}
