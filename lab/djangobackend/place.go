package main

import (
	"context"
	"errors"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
)

// A place is where the sessions of some settings are.
type place struct {
	engine  *django.Engine
	manager *session.Manager
	signer  *django.Signer
	sweeper sweeper // nil: what has expired goes by itself

	age        time.Duration // SESSION_COOKIE_AGE
	persistent bool          // not SESSION_EXPIRE_AT_BROWSER_CLOSE
	zone       *time.Location
}

// A sweeper is a table or a folder of package djangostore.
type sweeper interface {
	Sweep(ctx context.Context, limit int) (deleted int, err error)
}

// find returns the session of a key, with its _session_expiry, or a new one if there is
// none.
func (p *place) find(ctx context.Context, key string) (s *session.Session, expiry string, err error) {
	if key != "" {
		if s, err = p.manager.Open(ctx, session.Token(key)); err == nil {
			expiry, err = p.expiryOf(ctx, key)
		}
	}
	if key == "" || errors.Is(err, session.ErrNotFound) {
		return p.manager.New(ctx), "", nil
	}
	return s, expiry, err
}

// create makes an empty session under a key, "" for a new one: a Manager doesn't keep
// what is empty, and chooses keys itself.
func (p *place) create(ctx context.Context, key string) (*session.Session, error) {
	if key == "" {
		key = p.engine.NewID()
	}
	now := time.Now()
	token, err := p.engine.Keep(ctx, &session.Snapshot{}, &session.Snapshot{
		ID: key, Created: now, Started: now, Saved: now, Lifetime: p.age, Expires: now.Add(p.age), Persistent: p.persistent,
	}, 0)
	if errors.Is(err, session.ErrConflict) {
		return nil, errCreate
	}
	if err != nil {
		return nil, err
	}
	return p.manager.Open(ctx, session.Token(token))
}

// checkKey returns a session.ErrMalformed for a key that is none of Django's.
func (p *place) checkKey(ctx context.Context, key string) error {
	err := p.engine.Open(ctx, key, &session.Snapshot{})
	if errors.Is(err, session.ErrMalformed) {
		return err
	}
	return nil
}

// sweep does what "manage.py clearsessions" does.
func (p *place) sweep(ctx context.Context) error {
	const limit = 1000
	for n := limit; p.sweeper != nil && n == limit; {
		var err error
		if n, err = p.sweeper.Sweep(ctx, limit); err != nil {
			return err
		}
	}
	return nil
}

// encode returns the signed text of a dict that comes as JSON.
func (p *place) encode(dict string) (string, error) {
	d, err := django.JSON.Loads([]byte(dict))
	if err != nil {
		return "", err
	}
	text, err := p.signer.Dumps(d)
	return string(text), err
}

func (p *place) decode(text string) (dict string, err error) {
	d, err := p.signer.Loads([]byte(text))
	if err != nil {
		return "", err
	}
	raw, err := django.JSON.Dumps(d)
	return string(raw), err
}
