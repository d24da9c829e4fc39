package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
)

// A check is a case at work: two handles on one store, and what was seen to be
// wrong with it. Keys and data are never part of that.
type check struct {
	a, b   session.Store
	damage func(session.Key) // only in RunDamaged

	ctx  context.Context
	name string

	mu   sync.Mutex
	keys int
	seen []string
}

func (c *check) errorf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, fmt.Sprintf(format, args...))
}

// fatalf ends the goroutine it is called from, as testing.T.FailNow does.
func (c *check) fatalf(format string, args ...any) {
	c.errorf(format, args...)
	runtime.Goexit()
}

func (c *check) failures() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.seen)
}

// must ends the case on an error that has no place there.
func (c *check) must(what string, err error) {
	if err != nil {
		c.fatalf("%s: %v", what, err)
	}
}

// refused checks that err is the sentinel want, and no other.
func (c *check) refused(what string, err, want error) {
	for _, sentinel := range []error{session.ErrNotFound, session.ErrConflict, session.ErrBroken} {
		if errors.Is(err, sentinel) != (sentinel == want) {
			c.errorf("%s: error %q, want one that is %q", what, fmt.Sprint(err), want)
			return
		}
	}
}

// key returns a key as the engine makes them, a new one at each call.
func (c *check) key() session.Key {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys++
	sum := sha256.Sum256(fmt.Append(nil, c.name, c.keys))
	return session.Key(sum[:])
}

// rec returns a record with nothing special about it, not even a millisecond.
func rec(data string) session.Record {
	return session.Record{Data: data, Subject: "somebody", Expires: in(time.Hour)}
}

// in returns the time that is d from now, on a full second.
func in(d time.Duration) time.Time { return time.Now().Add(d).Truncate(time.Second) }

// past is when ended records end. No clock of a store is an hour slow.
func past() time.Time { return in(-time.Hour) }

// ended returns r as it looks when its time has passed.
func ended(r session.Record) session.Record {
	r.Expires = past()
	return r
}

// put creates r under key, and returns it with its version.
func (c *check) put(key session.Key, r session.Record) session.Record {
	v, err := c.a.Create(c.ctx, key, r)
	c.must("Create", err)
	r.Version = v
	return r
}

// create creates r under a new key.
func (c *check) create(r session.Record) (session.Key, session.Record) {
	key := c.key()
	return key, c.put(key, r)
}

// update puts r in the place of old, and returns it with its version.
func (c *check) update(key session.Key, old, r session.Record) session.Record {
	v, err := c.a.Update(c.ctx, key, old, r)
	c.must("Update", err)
	r.Version = v
	return r
}

func (c *check) delete(key session.Key) {
	c.must("Delete", c.a.Delete(c.ctx, key))
}

// shows checks that s has want under key.
func (c *check) shows(s session.Store, key session.Key, want session.Record) {
	got, err := s.Load(c.ctx, key)
	if err != nil {
		c.errorf("Load: %v, want the record", err)
		return
	}
	c.same("Load", got, want)
}

func (c *check) holds(key session.Key, want session.Record) { c.shows(c.a, key, want) }

// lacks checks that s has nothing under key.
func (c *check) lacks(s session.Store, key session.Key) {
	if _, err := s.Load(c.ctx, key); err == nil {
		c.errorf("Load: a live record, want none")
	} else {
		c.refused("Load", err, session.ErrNotFound)
	}
}

func (c *check) absent(key session.Key) { c.lacks(c.a, key) }

func (c *check) same(what string, got, want session.Record) {
	if d := difference(got, want); d != "" {
		c.errorf("%s: %s", what, d)
	}
}

// difference tells how got is not want, without showing either.
func difference(got, want session.Record) string {
	switch {
	case got.Data != want.Data:
		return fmt.Sprintf("Data differs (%d bytes, want %d)", len(got.Data), len(want.Data))
	case got.Subject != want.Subject:
		return fmt.Sprintf("Subject differs (%d bytes, want %d)", len(got.Subject), len(want.Subject))
	case !got.Expires.Equal(want.Expires):
		return fmt.Sprintf("Expires is off by %v", got.Expires.Sub(want.Expires))
	case got.Version != want.Version:
		return fmt.Sprintf("Version is %d, want %d", got.Version, want.Version)
	}
	return ""
}
