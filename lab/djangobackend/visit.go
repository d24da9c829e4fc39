package main

import (
	"context"
	"errors"
	"time"

	"github.com/coatcheck-go/session"
)

// A visit is what a SessionStore object of Python's is here.
type visit struct {
	place   *place
	key     string           // its session_key, "" for None
	session *session.Session // nil until it is needed
	expiry  string           // the JSON of its _session_expiry, "" for none
	expires bool             // expiry was set since the session was read
}

var (
	errCreate = errors.New("there is a session with this key already")
	errUpdate = errors.New("there is no session with this key any more")
)

// meet takes the settings and the session_key as they are now. If they have changed, what
// is in the session goes along, as it does in Python.
func (v *visit) meet(ctx context.Context, p *place, key string) error {
	same := v.place == p && v.key == key
	v.place, v.key = p, key
	if same || v.session == nil {
		return nil
	}
	before := v.session
	s, _, err := p.find(ctx, key)
	if err == nil {
		err = fill(s, before)
	}
	v.session, v.expires = s, true
	return err
}

// fill makes the values of s those of from.
func fill(s, from *session.Session) error {
	names, err := from.Keys()
	if err != nil {
		return err
	}
	if err := s.Clear(); err != nil {
		return err
	}
	for _, name := range names {
		value, err := text(from, name)
		if err == nil {
			err = set(s, inDjango(name), value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// load reads the session if that wasn't done yet. One that isn't there is a new one.
func (v *visit) load(ctx context.Context) (*session.Session, error) {
	if v.session != nil {
		return v.session, nil
	}
	s, expiry, err := v.place.find(ctx, v.key)
	if err != nil {
		return nil, err
	}
	v.session, v.expiry, v.key = s, expiry, s.Token().Reveal()
	return s, nil
}

// begin is load of an object that is to be a new session whatever its key was.
func (v *visit) begin(ctx context.Context) *session.Session {
	if v.session == nil {
		v.session = v.place.manager.New(ctx)
	}
	return v.session
}

// forget drops what was read and changed.
func (v *visit) forget() { v.session, v.expiry, v.expires = nil, "", false }

// create puts the session into the store under another key.
func (v *visit) create(ctx context.Context, key string) error {
	before := v.begin(ctx)
	s, err := v.place.create(ctx, key)
	if err == nil {
		err = fill(s, before)
	}
	if err != nil {
		return err
	}
	v.session, v.expires = s, v.expiry != ""
	return v.write()
}

// save is Django's: it creates a session for None, and never brings one back.
func (v *visit) save(ctx context.Context, mustCreate bool) error {
	if v.key == "" || mustCreate {
		return v.create(ctx, v.key)
	}
	s, err := v.load(ctx)
	if err != nil {
		return err
	}
	switch {
	case s.Token() != "":
		return v.write()
	case v.place.engine.ClientSide(): // nobody has to be asked
		return v.create(ctx, "")
	}
	return errUpdate
}

// write saves the session, which is in the store already, also if nothing has changed.
func (v *visit) write() error {
	err := v.session.MarkModified()
	var wait time.Duration
	if err == nil && v.expires {
		wait, err = v.place.setExpiry(v.session, v.expiry)
	}
	if err == nil {
		err = v.session.Save()
	}
	if err != nil {
		return err
	}
	v.key, v.expires = v.session.Token().Reveal(), false
	time.Sleep(wait)
	return nil
}

// cycle is Django's cycle_key.
func (v *visit) cycle(ctx context.Context) error {
	s, err := v.load(ctx)
	if err != nil {
		return err
	}
	if s.Token() == "" {
		return v.create(ctx, "")
	}
	if err := s.Rotate(); err != nil {
		return err
	}
	return v.write()
}

// remove ends a session: that of key, or else its own.
func (v *visit) remove(ctx context.Context, key string) error {
	if key == "" {
		key = v.key
	}
	if key == "" {
		return nil
	}
	err := v.place.manager.End(ctx, session.Token(key))
	if errors.Is(err, errors.ErrUnsupported) {
		return nil // a cookie, which Django forgets and no more
	}
	return err
}

// flush ends the session; the object has a new one.
func (v *visit) flush(ctx context.Context) error {
	if err := v.remove(ctx, ""); err != nil {
		return err
	}
	v.forget()
	v.key = ""
	v.begin(ctx)
	return nil
}
