package django

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/djangosigning"
	"github.com/coatcheck-go/session/kv"
)

// An Engine is a session.Engine over the sessions of a Django site. Use it through
// [Engine.Config]. All methods are safe for concurrent use.
type Engine struct {
	o      Options
	form   form
	hasher hasher
}

var _ session.Stamper = (*Engine)(nil)

// New returns an Engine, or an error that says what in o is wrong. Anything but NoSHA1
// is an error under GODEBUG=fips140=only.
func New(o Options) (*Engine, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	e := &Engine{o: o}
	var err error
	if e.form, err = o.form(); err != nil {
		return nil, err
	}
	if o.UserPassword != nil {
		if _, _, err = o.secretKeys(); err == nil {
			e.hasher, err = o.hasher()
		}
	}
	return e, err
}

// Config returns c with what a Manager needs for e: Engine, Codec, Limits, Persistent,
// SaveEveryRequest, DiscardOnServerError; if Cookie is the zero Cookie, the cookie
// of a Django site without settings of its own; and if ClearSiteData is empty, "cache", for
// the other cookies and the storage are the site's, as is a message that says good-bye.
func (e *Engine) Config(c session.Config) session.Config {
	c.Engine, c.Codec = e, Codec{}
	c.Limits = session.Limits{Idle: session.NoIdle, Lifetime: e.o.CookieAge}
	c.Persistent = !e.o.BrowserClose
	c.DiscardOnServerError, c.SaveEveryRequest = true, e.o.SaveEveryRequest
	c.ClearSiteData = cmp.Or(c.ClearSiteData, `"cache"`)
	if c.Cookie == (session.Cookie{}) {
		c.Cookie.Foreign = &http.Cookie{Name: "sessionid", Path: "/", HttpOnly: true, MaxAge: 1, SameSite: http.SameSiteLaxMode}
	}
	return c
}

// ClientSide reports whether the cookie holds the session.
func (e *Engine) ClientSide() bool { return e.o.Backend == nil }

// Open reads a session. One of somebody whose password has changed since is ended and
// session.ErrNotFound, as Django flushes it. One that isn't signed by SecretKeys is
// session.ErrBroken, and so a new session, where Django goes on with an empty one under
// the same key.
//
// Django has no place for most of a Snapshot: Created, Started and Saved are when the
// session was saved, or where nothing tells that, are guessed from when the backend
// will forget it, or are the present.
func (e *Engine) Open(ctx context.Context, token string, s *session.Snapshot) error {
	open := e.openKey
	if e.ClientSide() {
		open = e.openCookie
	}
	for {
		err := open(ctx, token, s)
		if err == nil {
			return nil
		}
		if !errors.Is(err, session.ErrConflict) { // else it was changed while it was being ended
			return fmt.Errorf("django: open: %w", err)
		}
	}
}

// openCookie reads a session that is in the cookie.
func (e *Engine) openCookie(ctx context.Context, token string, s *session.Snapshot) error {
	st, err := e.read(token)
	switch {
	case errors.Is(err, djangosigning.ErrBadSignature):
		return fmt.Errorf("%w: %w", session.ErrMalformed, err)
	case err != nil:
		return err
	case time.Since(st.at) > e.o.CookieAge:
		return fmt.Errorf("the cookie is too old: %w", session.ErrNotFound)
	}
	// A Manager needs an ID to know that there is a session, and the format has none.
	e.snapshot(st, e.NewID(), time.Time{}, s)
	s.Handle = signatureHandle(token)
	return e.identify(ctx, st, s)
}

// signatureHandle names a session by the cookie that holds it.
func signatureHandle(token string) session.Handle {
	return handle(token[strings.LastIndexByte(token, ':')+1:])
}

// openKey reads a session from the backend.
func (e *Engine) openKey(ctx context.Context, key string, s *session.Snapshot) error {
	if !isKey(key) {
		return errMalformed
	}
	stored, until, err := kv.GetUntil(ctx, e.o.Backend, key)
	if err != nil {
		return err
	}
	st, err := e.read(stored)
	if err != nil {
		return err
	}
	e.snapshot(st, key, until, s)
	s.Handle = handle(key)
	if err = e.identify(ctx, st, s); errors.Is(err, errSignedOut) {
		return e.flush(ctx, key, stored)
	}
	return err
}

// flush ends a session if it is still what was read.
func (e *Engine) flush(ctx context.Context, key, stored string) error {
	if err := e.o.Backend.Swap(ctx, key, stored, stored, 0); err != nil {
		return err
	}
	return errSignedOut
}

// read makes a state of what is stored.
func (e *Engine) read(stored string) (*state, error) {
	entries, at, err := e.form.read(stored)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", session.ErrBroken, err)
	}
	st := &state{stored: stored, at: at, entries: entries}
	if st.expiry, err = e.o.readExpiry(st.raw(expiryKey)); err != nil {
		return nil, fmt.Errorf("%w: %w", session.ErrBroken, err)
	}
	return st, nil
}

// snapshot fills s with what st and the backend tell.
func (e *Engine) snapshot(st *state, id string, until time.Time, s *session.Snapshot) {
	*s = session.Snapshot{ID: id, State: st, Saved: st.at}
	switch {
	case !until.IsZero() && st.expiry.until.IsZero():
		s.Saved = until.Add(-st.expiry.age)
	case st.at.IsZero():
		s.Saved = time.Now()
	}
	st.expiry.apply(s)
	s.Created = s.Saved
	st.fill(s)
}

// Keep writes a session over what was read. A rotated one is first written under its
// new key, then removed under the old one: if the process dies between, the old one
// is still there. grace has no place in Django's sessions: as after its cycle_key, the
// old key leads nowhere.
//
// A session's own limit, set by Session.ExpireAfter, SetLimits, ExpireAt or
// ExpireAtBrowserClose, is written as set_expiry does and counts from each change.
//
// Errors besides those of session.Engine: errors.ErrUnsupported for what Django has no
// place for, ErrReadOnly, session.ErrTooLarge, and what Options.UserPassword returns.
func (e *Engine) Keep(ctx context.Context, old, s *session.Snapshot, _ time.Duration) (string, error) {
	before, _ := old.State.(*state)
	if before == nil || old.ID == "" {
		before = &state{}
	}
	next, err := e.next(ctx, before, old, s)
	if err == nil {
		err = e.keep(ctx, before, next, old, s)
	}
	if err != nil {
		return "", fmt.Errorf("django: keep: %w", err)
	}
	s.State = next
	if e.ClientSide() {
		s.Handle = signatureHandle(next.stored)
		return next.stored, nil
	}
	s.Handle = handle(s.ID)
	return s.ID, nil
}

// next returns what is to be stored of s, and makes the times of s those that it gets.
func (e *Engine) next(ctx context.Context, before *state, old, s *session.Snapshot) (*state, error) {
	x, err := e.o.expiryOf(s)
	if err != nil {
		return nil, err
	}
	x.apply(s)
	userHash, err := e.hashOf(ctx, before, old, s)
	if err != nil {
		return nil, err
	}
	next := &state{at: s.Saved, expiry: x, userHash: userHash}
	if next.entries, err = e.compose(before, s, x, userHash); err != nil {
		return nil, err
	}
	next.stored, err = e.form.write(next.entries, s.Saved)
	return next, err
}

// Stamp sets the times of s as Keep does: they run from s.Saved, for every change begins
// Django's expiry anew. The error is that of a limit that Django has no place for.
func (e *Engine) Stamp(s *session.Snapshot) error {
	x, err := e.o.expiryOf(s)
	if err != nil {
		return fmt.Errorf("django: %w", err)
	}
	x.apply(s)
	return nil
}

func (e *Engine) keep(ctx context.Context, before, next *state, old, s *session.Snapshot) error {
	ttl := time.Until(s.Expires)
	switch {
	case e.ClientSide():
		return s.CheckToken(len(next.stored))
	case len(next.stored) > kv.MaxValue:
		return fmt.Errorf("%d bytes, at most %d: %w", len(next.stored), kv.MaxValue, session.ErrTooLarge)
	case old.ID == "":
		return e.o.Backend.Add(ctx, s.ID, next.stored, ttl)
	case s.ID == old.ID:
		return e.o.Backend.Swap(ctx, s.ID, before.stored, next.stored, ttl)
	}
	return e.cycle(ctx, before, next, old, s)
}

// cycle moves a session to another key (Django's cycle_key).
func (e *Engine) cycle(ctx context.Context, before, next *state, old, s *session.Snapshot) error {
	if err := e.o.Backend.Add(ctx, s.ID, next.stored, time.Until(s.Expires)); err != nil {
		return err
	}
	err := e.o.Backend.Swap(ctx, old.ID, before.stored, before.stored, 0)
	if errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrConflict) {
		// After any other error the old one may be gone.
		return errors.Join(err, e.o.Backend.Delete(ctx, s.ID))
	}
	return err
}

// Touch does nothing: to Django a session is used when it is changed.
func (e *Engine) Touch(context.Context, *session.Snapshot, time.Time) error { return nil }

// Drop ends a session, also one that was changed since it was read (Django's flush). One
// that was rotated since can't be found; and of one in the cookie, a copy can't be ended.
func (e *Engine) Drop(ctx context.Context, s *session.Snapshot) error {
	if e.ClientSide() {
		return nil
	}
	if err := e.o.Backend.Delete(ctx, s.ID); err != nil {
		return fmt.Errorf("django: drop: %w", err)
	}
	return nil
}
