// Package kv is the small seam over servers that keep values by key for a while,
// such as Redis and memcached. A format of sessions that is written over it
// works on all of them.
package kv

import (
	"context"
	"errors"
	"time"
)

// Longest keys and largest values that every Store takes.
const (
	MaxKey   = 250
	MaxValue = 1000 << 10
)

// A Store keeps values under keys for a while. Keys are 1 to [MaxKey] bytes of
// visible ASCII; values are any bytes, perhaps none, up to [MaxValue].
//
//   - A value is there from Add or Swap until its time is over, it is swapped or
//     it is deleted. A server that is short of memory may forget it earlier.
//   - There is no unconditional write: Add writes only where nothing is, Swap only
//     over the very bytes that were read. Of several at once, one succeeds.
//   - What returned nil is seen by every Get that begins after it, in every process.
//     What returned one of the sentinels changed nothing.
//   - A context that is done makes a call return its error, and soon.
//   - No error's text holds a key or a value.
//   - All methods are safe for concurrent use.
//
// The sentinels are those of package session, wrapped. A time to live never ends
// early, and at most two seconds late; zero or less is over at once. kvtest.Run
// checks every sentence.
type Store interface {
	// Get returns the value under key. session.ErrNotFound: there is none.
	Get(ctx context.Context, key string) (value string, err error)

	// Add keeps value under key for ttl. session.ErrConflict: there is one
	// already.
	Add(ctx context.Context, key, value string, ttl time.Duration) error

	// Swap puts value in the place of old and keeps it for ttl.
	// session.ErrNotFound: there is none. session.ErrConflict: there is another
	// than old.
	Swap(ctx context.Context, key, old, value string, ttl time.Duration) error

	// Delete removes the value under key. It is no error that there is none.
	Delete(ctx context.Context, key string) error
}

// An Expirer is a [Store] that can tell until when a value is kept.
type Expirer interface {
	Store

	// GetUntil is Get, and tells when the value's time is over, to within two seconds;
	// zero for never, as another program may have set it. errors.ErrUnsupported: it
	// can't tell after all, as where it wraps a Store that can't.
	GetUntil(ctx context.Context, key string) (value string, until time.Time, err error)
}

// GetUntil returns the value under key of s and when its time is over: zero if that is
// never, or s is no [Expirer]. Errors as Get.
func GetUntil(ctx context.Context, s Store, key string) (value string, until time.Time, err error) {
	if e, ok := s.(Expirer); ok {
		value, until, err = e.GetUntil(ctx, key)
		if !errors.Is(err, errors.ErrUnsupported) {
			return value, until, err
		}
	}
	value, err = s.Get(ctx, key)
	return value, time.Time{}, err
}
