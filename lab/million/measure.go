package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/traffic"
)

// A result is what was measured on one server.
type result struct {
	name       string
	record     int     // bytes of a session's data
	bytes      float64 // a session, in the server
	loaded     time.Duration
	list, ends times // of one user's sessions
	requests   *traffic.Comparison
	expiry     string // what the sweep is called
	over       int    // sessions that have expired and are there
	notes      string
}

// A site is the users of a place.
type site struct {
	settings
	place    place
	manager  *session.Manager
	visitors *traffic.Visitors
	leaving  []int // users whose sessions are to be ended
	staying  []int // the others, the visitors
}

// newSite takes the users who are asked from all over, for neighbours may be in the
// server's cache.
func newSite(s settings, p place) (*site, error) {
	m, err := session.New(session.Config{Store: p.store()})
	site := &site{settings: s, place: p, manager: m, visitors: traffic.New(m, s.users()-s.asked)}
	for i, user := range rand.Perm(s.users()) {
		if i < s.asked {
			site.leaving = append(site.leaving, user)
		} else {
			site.staying = append(site.staying, user)
		}
	}
	return site, err
}

func user(i int) string { return "user-" + strconv.Itoa(i) }

func measureAt(ctx context.Context, s settings, p place) (r *result, err error) {
	site, err := newSite(s, p)
	if err != nil {
		return nil, err
	}
	r = &result{name: p.name(), expiry: p.expiry()}
	if r.record, err = recordSize(ctx); err != nil {
		return nil, err
	}
	expires, err := site.fill(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := site.askAll(ctx, r); err != nil {
		return nil, err
	}
	if err := site.expire(ctx, expires, r); err != nil {
		return nil, err
	}
	r.notes = p.notes()
	return r, site.check(ctx, r)
}

// check looks whether all that should live is there, and nothing else, unless the
// time wasn't enough.
func (s *site) check(ctx context.Context, r *result) error {
	progress(s.place, "looking at what is left")
	found, err := s.place.count(ctx)
	r.over = found - len(s.staying)
	if err == nil && (r.over < 0 || r.over > 0 && r.requests.Ended) {
		err = fmt.Errorf("%d sessions are left, want %d", found, len(s.staying))
	}
	return errors.Join(err, s.visitors.Check(ctx))
}

// fill makes all sessions and returns when most of them will expire. How long the
// live ones take tells how long the others will.
func (s *site) fill(ctx context.Context, r *result) (expires time.Time, err error) {
	before, err := s.place.bytes(ctx)
	if err != nil {
		return expires, err
	}
	progress(s.place, "making %d sessions", s.sessions)
	begin := time.Now()
	if err := s.makeLive(ctx); err != nil {
		return expires, err
	}
	perSession := time.Since(begin) / time.Duration(s.users())
	const asking = 20 * time.Millisecond // is long for the sessions of one user
	expires = time.Now().Add(2*perSession*time.Duration(s.expired()) + asking*time.Duration(s.asked) + s.margin)
	err = s.place.load(ctx, s.expired(), func(m *session.Manager, i int) error {
		if time.Until(expires) < time.Second { // no shorter idle timeout is taken
			return errSlow
		}
		_, err := traffic.Make(ctx, m, user(i%s.users()), expires)
		return err
	})
	r.loaded = time.Since(begin)
	if err != nil {
		return expires, err
	}
	after, err := s.place.bytes(ctx)
	r.bytes = float64(after-before) / float64(s.sessions)
	return expires, err
}

// makeLive makes the sessions that live on: those of visitors first.
func (s *site) makeLive(ctx context.Context) error {
	return s.place.load(ctx, s.users(), func(m *session.Manager, i int) error {
		if i < len(s.staying) {
			return s.visitors.AddBy(ctx, m, i, user(s.staying[i]))
		}
		_, err := traffic.Make(ctx, m, user(s.leaving[i-len(s.staying)]), time.Time{})
		return err
	})
}

// askAll lists and ends all sessions of those who leave.
func (s *site) askAll(ctx context.Context, r *result) error {
	progress(s.place, "listing and ending the sessions of %d users", s.settings.asked)
	for _, i := range s.leaving {
		begin := time.Now()
		infos, err := s.manager.Sessions(ctx, user(i))
		listed := time.Now()
		if err != nil || len(infos) != perUser {
			return fmt.Errorf("%s has %d sessions, want %d: %w", user(i), len(infos), perUser, errOr(err, errSlow))
		}
		n, err := s.manager.EndAll(ctx, user(i))
		if err != nil || n != perUser {
			return fmt.Errorf("%d sessions of %s ended, want %d: %w", n, user(i), perUser, errOr(err, errSlow))
		}
		r.list, r.ends = append(r.list, listed.Sub(begin)), append(r.ends, time.Since(listed))
	}
	return nil
}

// errSlow is told when sessions may have expired too early.
var errSlow = errors.New("perhaps the machine is too slow: take a longer -margin")

func errOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// expire sends requests from before the sessions expire until they are gone.
func (s *site) expire(ctx context.Context, expires time.Time, r *result) (err error) {
	if time.Now().After(expires) {
		return errSlow
	}
	turns := s.place.turns(s.settings)
	progress(s.place, "waiting until sessions expire")
	select {
	case <-time.After(time.Until(expires.Add(-turns.Alone))):
	case <-ctx.Done():
		return ctx.Err()
	}
	progress(s.place, "sending requests")
	r.requests, err = s.visitors.Compare(ctx, turns, func(turn time.Duration) (bool, error) {
		return s.place.sweep(ctx, s.settings, turn)
	})
	return err
}
