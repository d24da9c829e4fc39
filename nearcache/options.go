package nearcache

import (
	"cmp"
	"errors"
	"time"
)

const (
	defaultEntries = 10_000
	defaultBytes   = 64 << 20
	defaultLease   = 2 * time.Second
	shortestLease  = 10 * time.Millisecond
)

// Options are the settings of a [Store]. One of Bus and MaxStale must be set; the
// other fields may stay zero.
type Options struct {
	// Bus connects all processes that use the base. All of them must use a near
	// cache with the same Bus and the same Lease: a process that writes to the
	// base without it is not waited for by anybody. nil: see MaxStale.
	Bus Bus

	// Lease is how long a process that hears nothing may go on serving from its
	// cache, and so the longest that a write waits for a process that doesn't
	// answer. Heartbeats are sent five times as often. 0: 2 seconds. At least 10
	// milliseconds, in whole ones, and several times what a message takes on the
	// Bus. Processes with different leases use no caches while they meet.
	Lease time.Duration

	// MaxEntries is how many records are kept at most. 0: 10,000.
	MaxEntries int

	// MaxBytes is how much memory the records take at most, in bytes, estimated.
	// A record that is bigger than a sixteenth of it may not be kept at all. 0:
	// 64 MiB.
	MaxBytes int

	// MaxStale is for stores without a Bus: a copy may be served for so long
	// after it was read, whatever other processes did to the record. A session
	// that was ended in another process is still accepted in this one for that
	// time: choose it as short as you can. With a Bus it is a further bound. 0:
	// no bound, and no cache without a Bus.
	MaxStale time.Duration

	// LastKnown is for how long after the Bus was lost the records that were in the
	// cache then are remembered, for routes under session.Manager.ServeLastKnown: if
	// the base can't be read, they show a session as it last was, read-only. It may
	// have been ended elsewhere since. It can double the memory. 0: not at all.
	LastKnown time.Duration

	// OnTrouble is called by [Store.Run] with each error of the Bus, for a log.
	// It must return soon. nil: errors are not told; see [Stats].
	OnTrouble func(error)
}

func (o Options) withDefaults() Options {
	o.Lease = cmp.Or(o.Lease, defaultLease)
	o.MaxEntries = cmp.Or(o.MaxEntries, defaultEntries)
	o.MaxBytes = cmp.Or(o.MaxBytes, defaultBytes)
	if o.OnTrouble == nil {
		o.OnTrouble = func(error) {}
	}
	return o
}

func (o Options) check() error {
	switch {
	case o.Bus == nil && o.MaxStale == 0:
		return errors.New("neither Bus nor MaxStale is set")
	case o.Lease < shortestLease, o.Lease%time.Millisecond != 0:
		return errors.New("a Lease of less than 10 ms, or not of whole milliseconds")
	case o.MaxEntries < 0, o.MaxBytes < 0, o.MaxStale < 0, o.LastKnown < 0:
		return errors.New("a negative setting")
	}
	return nil
}

// margin is added where a lease must surely be over in another process: clocks
// don't run equally fast.
func (o Options) margin() time.Duration { return o.Lease / 10 }

// over is after what time another process's lease has surely ended.
func (o Options) over() time.Duration { return o.Lease + o.margin() }
