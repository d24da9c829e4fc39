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
)

// An Engine keeps sessions in JSON Web Tokens, for session.Config.Engine. Make it with
// [New]; it is safe for concurrent use and starts no goroutine.
type Engine struct {
	issuer, audience, app string
	access, grace, leeway time.Duration
	checkEvery            bool
	keys                  atomic.Pointer[ring]
	records               *session.ServerEngine // nil without a Store
}

// New returns an Engine, or an error that says what in o is wrong.
func New(o Options) (*Engine, error) {
	o, err := o.resolve()
	if err != nil {
		return nil, err
	}
	e := &Engine{
		issuer: o.Issuer, audience: o.Audience, app: o.App,
		access: o.Access, grace: o.Grace, leeway: o.Leeway, checkEvery: o.CheckEvery,
	}
	if o.Store != nil {
		e.records = session.NewServerEngine(o.Store, o.App)
		e.records.EndReused = true
	}
	return e, e.SetKeys(o.Keys...)
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

// Records implements session.Recorder: nil without a Store.
func (e *Engine) Records() *session.ServerEngine { return e.records }

// ClientSide returns true.
func (e *Engine) ClientSide() bool { return true }

// NewID implements session.Engine.
func (e *Engine) NewID() string { return rand.Text() }

// Open implements session.Engine: by the token alone as long as its JWT is good, after
// that, or always with Options.CheckEvery, by the record.
func (e *Engine) Open(ctx context.Context, token string, s *session.Snapshot) error {
	return e.open(ctx, token, s, e.checkEvery)
}

// Reopen implements session.Reopener: by the record, if there is one.
func (e *Engine) Reopen(ctx context.Context, token string, s *session.Snapshot) error {
	return e.open(ctx, token, s, true)
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

func (e *Engine) open(ctx context.Context, token string, s *session.Snapshot, read bool) error {
	text, refresh, paired := strings.Cut(token, "~")
	now := time.Now()
	c, err := e.verify(text, now)
	if err != nil {
		return err
	}
	if !e.belong(c, refresh, paired) {
		return errInvalid
	}
	t := ticket{token: token, refresh: refresh, id: c.id, expires: c.expires}
	alive := now.Before(c.expires)
	if !alive {
		t.expires = time.Time{}
	}
	switch {
	case paired && (read || !alive):
		return e.openRecord(ctx, c, t, s)
	case !alive, !paired && e.checkEvery:
		return errInvalid
	}
	*s = c.snapshot
	s.State, s.Renew = t, c.old && e.records == nil
	return nil
}

// belong reports whether a JWT and what came with it were made together, and by an
// Engine like this one: with records, or without.
func (e *Engine) belong(c *claims, refresh string, paired bool) bool {
	if e.records == nil {
		return c.refresh == "" && !paired
	}
	return c.refresh != "" && (!paired || sameFingerprint(c.refresh, refresh))
}

// Keep implements session.Engine. Without a Store it signs the session, and does no
// I/O.
func (e *Engine) Keep(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	if e.records != nil {
		return e.keepRecord(ctx, old, s, grace)
	}
	return e.issue(s, ticket{id: rand.Text(), expires: wholeSecond(end(s))})
}

// issue returns the token of s as t describes it.
func (e *Engine) issue(s *session.Snapshot, t ticket) (token string, err error) {
	c := claims{id: t.id, issued: time.Now(), expires: t.expires, snapshot: *s}
	if t.refresh != "" {
		c.refresh = fingerprint(t.refresh)
	}
	if token, err = e.sign(&c); err != nil {
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
	if e.records == nil {
		return nil
	}
	return e.dropRecord(ctx, s)
}
