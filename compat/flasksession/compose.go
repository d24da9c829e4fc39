package flasksession

import (
	"errors"
	"fmt"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/python"
)

// compose returns what shall be stored of s: what was there before, in its order, and
// then what is new.
func (e *Engine) compose(before *state, old, s *session.Snapshot) (*state, error) {
	c := composer{e: e, before: before, s: s, next: &state{dict: &python.Dict{}, raw: map[string]string{}}}
	another := old.Subject != "" && old.Subject != s.Subject
	c.forget = another || s.Values.Len() == 0 && e.hasValues(before.dict)
	if before.dict == nil && s.Persistent {
		c.set(permanentKey, true) // Flask sets it first
	}
	if before.dict != nil {
		for key, v := range before.dict.All() {
			c.keep(key, v)
		}
	}
	c.add()
	return c.next, c.err
}

// hasValues reports whether a Snapshot of d has values.
func (e *Engine) hasValues(d *python.Dict) bool {
	if d == nil {
		return false
	}
	for key, v := range d.All() {
		name, ok := key.(string)
		if ok && !e.special(name, v, &session.Snapshot{}) {
			return true
		}
	}
	return false
}

// A composer makes the next state of a session.
type composer struct {
	e      *Engine
	before *state
	s      *session.Snapshot
	forget bool // keys that only Flask can see, with the rest
	next   *state
	err    error
}

func (c *composer) set(key, v any) { c.next.dict.Set(key, v) }

// keep takes over the value v of a key that was there before, unless it is gone.
func (c *composer) keep(key, v any) {
	name, ok := key.(string)
	switch raw, is := c.s.Values.Get(name); {
	case !ok:
		if !c.forget {
			c.set(key, v)
		}
	case is:
		c.value(name, raw)
	case name == permanentKey && v == c.s.Persistent:
		c.set(name, v)
	case name == c.e.o.SubjectKey && c.s.Subject != "":
		c.subject()
	}
}

// add sets what wasn't there before.
func (c *composer) add() {
	if _, ok := c.next.dict.Get(permanentKey); !ok && c.s.Persistent {
		c.set(permanentKey, true)
	}
	for name, raw := range c.s.Values.All() {
		if _, ok := c.next.dict.Get(name); !ok {
			c.value(name, raw)
		}
	}
	if _, ok := c.next.dict.Get(c.e.o.SubjectKey); !ok && c.s.Subject != "" {
		c.subject()
	}
}

// value sets a value: as it was read if it hasn't changed, since its raw form may
// tell less.
func (c *composer) value(name, raw string) {
	var v any
	var err error
	if was, ok := c.before.raw[name]; ok && was == raw {
		v, _ = c.before.dict.Get(name)
	} else if v, err = valueOf(raw); err != nil {
		c.fail(fmt.Errorf("a value isn't the JSON that flask.Codec writes, use Engine.Config: %w", errors.ErrUnsupported))
		return
	}
	switch {
	case c.e.special(name, v, &session.Snapshot{}):
		c.fail(errSpecial)
	case name == c.e.o.SubjectKey && c.s.Subject != "": // it wasn't one before
		c.subject()
	default:
		c.set(name, v)
		c.next.raw[name] = raw
	}
}

var errSpecial = fmt.Errorf("who is signed in is set by Login, and _permanent by SetPersistent, not as a value: %w", errors.ErrUnsupported)

func (c *composer) subject() {
	v, err := c.e.o.writeSubject(c.s.Subject)
	if err != nil {
		c.fail(err)
		return
	}
	c.set(c.e.o.SubjectKey, v)
}

func (c *composer) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}
