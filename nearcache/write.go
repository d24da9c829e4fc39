package nearcache

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/coatcheck-go/session"
)

// Create implements [session.Store]. Nobody is told: a cache keeps no record that
// isn't there.
func (s *Store) Create(ctx context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	t := s.ticket(key, 0)
	version, err = s.base.Create(ctx, key, rec)
	if err == nil {
		s.keep(t, key, rec, version)
	}
	return version, err
}

// Update implements [session.Store].
func (s *Store) Update(ctx context.Context, key session.Key, old, rec session.Record) (version uint64, err error) {
	err = s.change(ctx, "update", keyTargets(key), func() error {
		t := s.ticket(key, 1)
		version, err = s.base.Update(ctx, key, old, rec)
		if err == nil {
			s.keep(t, key, rec, version)
		}
		return err
	})
	return version, err
}

// Delete implements [session.Store].
func (s *Store) Delete(ctx context.Context, key session.Key) error {
	return s.change(ctx, "delete", keyTargets(key), func() error { return s.base.Delete(ctx, key) })
}

// Touch implements [session.Toucher].
func (s *Store) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	return s.change(ctx, "touch", keyTargets(key), func() error { return s.base.Touch(ctx, key, old, expires) })
}

// DeleteBySubject implements [session.SubjectStore].
func (s *Store) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (deleted int, err error) {
	err = s.change(ctx, "delete by subject", []target{subjectTarget(subject)}, func() error {
		deleted, err = s.base.DeleteBySubject(ctx, subject, except...)
		return err
	})
	return deleted, err
}

// Replace implements [session.Replacer]. errors.ErrUnsupported: the base isn't one.
func (s *Store) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (version uint64, err error) {
	r, ok := s.base.(session.Replacer)
	if !ok {
		return 0, fail("replace", errors.ErrUnsupported)
	}
	err = s.change(ctx, "replace", keyTargets(key), func() error {
		t := s.ticket(newKey, 0)
		version, err = r.Replace(ctx, key, old, rec, newKey, newRec)
		if err == nil {
			s.keep(t, newKey, newRec, version)
		}
		return err
	})
	return version, err
}

// keep keeps what this process has written, as the base would return it.
func (s *Store) keep(t ticket, key session.Key, rec session.Record, version uint64) {
	rec.Version = version
	rec.Expires = time.UnixMilli(rec.Expires.UnixMilli())
	s.cache.of(key).fill(t, key, rec)
}

// change makes a change of what the targets name. First all caches drop that and
// don't keep it any more. So while the change is made nobody reads anything from a
// cache that the base doesn't hold, and when it was made nobody needs to be told.
func (s *Store) change(ctx context.Context, verb string, targets []target, write func() error) error {
	if err := ctx.Err(); err != nil {
		return fail(verb, err)
	}
	c := s.changes.begin(targets)
	begun, holds, err := s.approve(ctx, c)
	if err != nil {
		s.open(ctx, c)
		return fail(verb, fmt.Errorf("nothing was changed: %w", err))
	}
	err = write()
	if !definite(err) {
		return err // it may still be done: c stays closed until it is forgotten
	}
	if err == nil && s.clock().atMost(begun) >= holds {
		err = s.again(ctx, verb, c)
	}
	s.open(ctx, c)
	return err
}

// again tells of a change that was made more slowly than an approval holds: members
// may have come in the meantime.
func (s *Store) again(ctx context.Context, verb string, c *change) error {
	if err := s.announce(ctx, c); err != nil {
		return fail(verb, fmt.Errorf("the change was made, but perhaps not told to all: %w", err))
	}
	return nil
}

// approve lets all members close c, and returns since when and for how long that
// holds. The only member in service needs to ask nobody; another would need a
// lease more than that to be in service.
func (s *Store) approve(ctx context.Context, c *change) (begun moment, holds time.Duration, err error) {
	begun = s.clock()
	switch {
	case s.options.Bus == nil:
		return begun, math.MaxInt64, nil
	case s.member.alone(begun):
		return begun, s.options.Lease, nil
	}
	return begun, s.member.lifetime(), s.announce(ctx, c)
}

// announce posts c and waits until all members that may be in service have closed
// it.
func (s *Store) announce(ctx context.Context, c *change) error {
	c.told = true
	a := s.member.expect(c.name)
	defer s.member.forgo(c.name)
	if err := s.options.Bus.Post(ctx, closeMessage(s.member.name, c.name, c.targets)); err != nil {
		return fmt.Errorf("tell the other processes: %w", err)
	}
	if err := a.wait(ctx); err != nil {
		return fmt.Errorf("wait for the other processes: %w", err)
	}
	return nil
}

// open ends c here and, soon, elsewhere. If that is lost, c is forgotten some day.
func (s *Store) open(ctx context.Context, c *change) {
	s.changes.open(c.name)
	switch {
	case !c.told:
	case s.running.Load():
		s.outbox.open(c.name)
	default:
		s.post(context.WithoutCancel(ctx), wordOpen+" "+c.name)
	}
}
