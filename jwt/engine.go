package jwt

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coatcheck-go/session"
)

var (
	_ session.Recorder = (*Engine)(nil)
	_ session.Reopener = (*Engine)(nil)
	_ session.Binder   = (*Engine)(nil)
)

var errUnbound = errors.New("jwt: the engine is not bound: give it to session.New as Config.Engine, or call Bind")

// An Engine keeps sessions in JSON Web Tokens, for session.Config.Engine. Make it with
// [New]; session.New binds it to the settings of its Manager. It is safe for concurrent
// use and starts no goroutine.
type Engine struct {
	options Options // but the keys
	keys    atomic.Pointer[ring]
	bound   atomic.Pointer[worker] // nil until Bind
}

// New returns an Engine, or an error that says what in o is wrong.
func New(o Options) (*Engine, error) {
	o, err := o.resolve()
	if err != nil {
		return nil, err
	}
	keys := o.Keys
	o.Keys = nil
	e := &Engine{options: o}
	return e, e.SetKeys(keys...)
}

// SetKeys puts keys in the place of those the Engine has, while it works: the first
// signs, all verify. On an error, which says what is wrong with them, nothing changes.
func (e *Engine) SetKeys(keys ...Key) error {
	r, err := newRing(keys)
	if err != nil {
		return err
	}
	e.keys.Store(r)
	return nil
}

// Records implements session.Recorder: nil without a Store. Before Bind it is good only
// for being asked what its store can do.
func (e *Engine) Records() *session.ServerEngine {
	w := e.bound.Load()
	switch {
	case e.options.Store == nil:
		return nil
	case w == nil:
		return session.NewServerEngine(e.options.Store, "")
	}
	return w.records
}

// ClientSide returns true.
func (e *Engine) ClientSide() bool { return true }

// NewID implements session.Engine.
func (e *Engine) NewID() string { return rand.Text() }

// Open implements session.Engine: by the token alone as long as its JWT is good, after
// that, or always with Options.CheckEvery, by the record.
func (e *Engine) Open(ctx context.Context, token string, s *session.Snapshot) error {
	w, err := e.worker()
	if err != nil {
		return err
	}
	return w.open(ctx, token, s, w.CheckEvery)
}

// Reopen implements session.Reopener: by the record, if there is one.
func (e *Engine) Reopen(ctx context.Context, token string, s *session.Snapshot) error {
	w, err := e.worker()
	if err != nil {
		return err
	}
	return w.open(ctx, token, s, true)
}

// A ticket is what Open has learned of a token, and what Keep has made. It is
// Snapshot.State, and never changed.
type ticket struct {
	token   string
	refresh string    // "": the JWT came alone
	id      string    // of the JWT
	expires time.Time // of the JWT; zero when it has expired
	read    bool      // the snapshot is the record's
	rotate  bool      // the refresh token is to be rotated
	link    string    // as it stands in the record, see note
}

func ticketOf(s *session.Snapshot) ticket {
	t, _ := s.State.(ticket)
	return t
}

func (w *worker) open(ctx context.Context, token string, s *session.Snapshot, read bool) error {
	text, refresh, paired := strings.Cut(token, "~")
	now := time.Now()
	c, err := w.verify(text, now)
	if err != nil {
		return err
	}
	if !w.belong(c, refresh, paired) {
		return errInvalid
	}
	t := ticket{token: token, refresh: refresh, id: c.id, expires: c.expires}
	alive := now.Before(c.expires)
	if !alive {
		t.expires = time.Time{}
	}
	switch {
	case paired && (read || !alive):
		return w.openRecord(ctx, c, t, s)
	case !alive, !paired && w.CheckEvery:
		return errOver
	}
	*s = c.snapshot
	s.State, s.Renew = t, c.old && w.records == nil
	if w.records != nil && !paired {
		s.ReadOnly = errReadOnly
	}
	return nil
}

// belong reports whether a JWT and what came with it were made together, and by an
// Engine like this one: with records, or without.
func (w *worker) belong(c *claims, refresh string, paired bool) bool {
	if w.records == nil {
		return c.refresh == "" && !paired
	}
	return c.refresh != "" && (!paired || sameFingerprint(c.refresh, refresh))
}

// Keep implements session.Engine. Without a Store it signs the session, and does no
// I/O.
func (e *Engine) Keep(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	w, err := e.worker()
	switch {
	case err != nil:
		return "", err
	case w.records != nil:
		return w.keepRecord(ctx, old, s, grace)
	}
	return w.issue(s, ticket{id: rand.Text(), expires: wholeSecond(end(s))})
}

// issue returns the token of s as t describes it.
func (w *worker) issue(s *session.Snapshot, t ticket) (token string, err error) {
	c := claims{id: t.id, issued: time.Now(), expires: t.expires, snapshot: *s}
	if t.refresh != "" {
		c.refresh = fingerprint(t.refresh)
	}
	if token, err = w.sign(&c); err != nil {
		return "", err
	}
	bounded := *s
	if bounded.MaxToken == 0 {
		bounded.MaxToken = maxToken
	}
	if t.refresh != "" {
		token += "~" + t.refresh
	}
	return token, bounded.CheckToken(len(token))
}

// Touch is never called, since every change needs a new token: errors.ErrUnsupported.
func (e *Engine) Touch(context.Context, *session.Snapshot, time.Time) error {
	return fmt.Errorf("jwt: touch: %w", errors.ErrUnsupported)
}

// Drop implements session.Engine: it ends the record, and with it every refresh token of
// the session. Without a Store there is nothing to be ended: a copy of the token
// stays good.
func (e *Engine) Drop(ctx context.Context, s *session.Snapshot) error {
	w, err := e.worker()
	if err != nil || w.records == nil {
		return err
	}
	return w.dropRecord(ctx, s)
}
