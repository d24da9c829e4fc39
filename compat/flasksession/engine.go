package flasksession

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/itsdangerous"
	"github.com/coatcheck-go/session/kv"
)

// An Engine is a session.Engine over the sessions of Flask-Session. Use it through
// [Engine.Config]. All methods are safe for concurrent use.
type Engine struct {
	o      Options
	signer *itsdangerous.Signer // nil: cookies aren't signed
}

var _ session.Stamper = (*Engine)(nil)

// New returns an Engine, or an error that says what in o is wrong.
func New(o Options) (*Engine, error) {
	o, err := o.resolve()
	if err != nil {
		return nil, err
	}
	signer, err := o.signer()
	return &Engine{o, signer}, err
}

// Config returns c with what a Manager needs for e: Engine, Codec, Limits,
// Persistent, RefreshEachRequest, and, if Cookie is the zero Cookie, the cookie of a
// Flask application without settings of its own. A TouchEvery must be at most a tenth of
// Options.Lifetime.
func (e *Engine) Config(c session.Config) session.Config {
	c.Engine, c.Codec = e, codec
	c.Limits = session.Limits{Idle: session.NoIdle, Lifetime: e.o.Lifetime}
	if !e.o.NoRefresh {
		c.Limits.Idle = e.o.Lifetime
	}
	c.Persistent, c.RefreshEachRequest = !e.o.NotPermanent, !e.o.NoRefresh
	if c.Cookie == (session.Cookie{}) {
		c.Cookie.Foreign = &http.Cookie{Name: "session", Path: "/", HttpOnly: true}
	}
	return c
}

// ClientSide returns false.
func (e *Engine) ClientSide() bool { return false }

// Open reads a session. One with nothing but _permanent in it, as Flask-Session 0.3.2
// makes for every visitor, is session.ErrNotFound: its ID may be one that somebody
// else has given to the visitor.
//
// The format has no place for most of a Snapshot: Created, Started and Saved are
// guessed from when the store will forget the session, or are the present.
func (e *Engine) Open(ctx context.Context, token string, s *session.Snapshot) error {
	sid, err := e.sid(token)
	if err != nil {
		return err
	}
	stored, until, err := kv.GetUntil(ctx, e.o.Store, e.o.Prefix+sid)
	if err != nil {
		return fmt.Errorf("flasksession: open: %w", err)
	}
	st, err := read(stored)
	if err != nil {
		return fmt.Errorf("flasksession: open: %w: %w", session.ErrBroken, err)
	}
	*s = e.snapshot(sid, until)
	s.State = st
	if empty := e.sort(st, s); empty {
		return errEmpty
	}
	return nil
}

var errEmpty = fmt.Errorf("flasksession: open: nothing is in the session: %w", session.ErrNotFound)

// snapshot is a session without its values.
func (e *Engine) snapshot(sid string, until time.Time) session.Snapshot {
	now := time.Now()
	s := session.Snapshot{ID: sid, Handle: handle(sid), Started: now, Lifetime: e.o.Lifetime, Idle: e.idle()}
	switch {
	case until.IsZero():
		// At least so long. The Manager, which takes it for not seen in more than
		// a tenth of Lifetime, has the time moved.
		s.Expires = now.Add(e.o.Lifetime - e.o.Lifetime/8)
	case e.o.NoRefresh:
		s.Expires, s.Started = until, until.Add(-e.o.Lifetime)
	default:
		s.Expires = until
	}
	s.Saved = s.Expires.Add(-e.o.Lifetime)
	s.Created = s.Saved
	return s
}

// idle is as a Snapshot has it.
func (e *Engine) idle() time.Duration {
	if e.o.NoRefresh {
		return 0
	}
	return e.o.Lifetime
}

// Keep writes a session over what was read. A rotated one is first written under its
// new ID, then removed under the old one: if the process dies between, the old one
// is still there. One that has become empty is removed, as Flask-Session does; what is
// set after that belongs to a new session. grace has no place in the format.
//
// Errors besides those of session.Engine: errors.ErrUnsupported for what the format
// has no place for, session.ErrTooLarge for more than kv.MaxValue bytes.
func (e *Engine) Keep(ctx context.Context, old, s *session.Snapshot, _ time.Duration) (string, error) {
	before, _ := old.State.(*state)
	if before == nil || old.ID == "" {
		before = &state{}
	}
	_ = e.Stamp(s) // which is never an error
	next, err := e.next(before, old, s)
	if err == nil {
		err = e.keep(ctx, before, next, old, s)
	}
	if err != nil {
		return "", fmt.Errorf("flasksession: keep: %w", err)
	}
	s.State, s.Handle = next, handle(s.ID)
	return e.token(s.ID), nil
}

// Stamp sets the times of s as Keep does: Flask-Session counts from the last change on.
// The error is always nil.
func (e *Engine) Stamp(s *session.Snapshot) error {
	s.Started, s.Expires = s.Saved, s.Saved.Add(e.o.Lifetime)
	return nil
}

func (e *Engine) keep(ctx context.Context, before, next *state, old, s *session.Snapshot) error {
	oldKey, ttl := e.o.Prefix+old.ID, time.Until(s.Expires)
	switch {
	case before.stored == "": // new, or removed since it was empty: then its ID is spent
		if old.ID == s.ID {
			s.ID = e.NewID()
		}
		return e.add(ctx, s.ID, next, ttl)
	case next.stored == "":
		return e.remove(ctx, oldKey, before)
	case s.ID == old.ID:
		return e.o.Store.Swap(ctx, oldKey, before.stored, next.stored, ttl)
	}
	if err := e.add(ctx, s.ID, next, ttl); err != nil {
		return err
	}
	err := e.remove(ctx, oldKey, before)
	if errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrConflict) {
		// After any other error the old one may be gone.
		return errors.Join(err, e.o.Store.Delete(ctx, e.o.Prefix+s.ID))
	}
	return err
}

func (e *Engine) add(ctx context.Context, sid string, next *state, ttl time.Duration) error {
	if next.stored == "" {
		return nil
	}
	return e.o.Store.Add(ctx, e.o.Prefix+sid, next.stored, ttl)
}

// remove ends what is under key if it is still what was read.
func (e *Engine) remove(ctx context.Context, key string, before *state) error {
	return e.o.Store.Swap(ctx, key, before.stored, before.stored, 0)
}

// next returns what s is in the store, with an empty text if that is nothing.
func (e *Engine) next(before *state, old, s *session.Snapshot) (*state, error) {
	if err := e.check(s); err != nil {
		return nil, err
	}
	next, err := e.compose(before, old, s)
	if err != nil || next.empty() {
		return next, err
	}
	b, err := e.o.Format.encode(next.dict)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errors.ErrUnsupported, err)
	case len(b) > kv.MaxValue:
		return nil, fmt.Errorf("%d bytes, at most %d: %w", len(b), kv.MaxValue, session.ErrTooLarge)
	}
	next.stored = string(b)
	return next, nil
}

// check refuses what would be lost.
func (e *Engine) check(s *session.Snapshot) error {
	if s.Idle != e.idle() || !s.Until.IsZero() || s.Lifetime != e.o.Lifetime {
		return fmt.Errorf("a session can't have limits of its own (make the Manager's by Engine.Config): %w", errors.ErrUnsupported)
	}
	return nil
}

// Touch has the store keep the session until expires, if it is still as it was read.
func (e *Engine) Touch(ctx context.Context, s *session.Snapshot, expires time.Time) error {
	st, _ := s.State.(*state)
	if st == nil || st.stored == "" {
		return fmt.Errorf("flasksession: touch: %w", session.ErrNotFound)
	}
	err := e.o.Store.Swap(ctx, e.o.Prefix+s.ID, st.stored, st.stored, time.Until(expires))
	if err != nil {
		return fmt.Errorf("flasksession: touch: %w", err)
	}
	s.Expires = expires
	return nil
}

// Drop ends a session, also one that was changed since it was read. One that was
// rotated since can't be found.
func (e *Engine) Drop(ctx context.Context, s *session.Snapshot) error {
	if err := e.o.Store.Delete(ctx, e.o.Prefix+s.ID); err != nil {
		return fmt.Errorf("flasksession: drop: %w", err)
	}
	return nil
}
