package nearcache

import "time"

// A moment is a reading of both clocks, in nanoseconds. The monotonic one never
// jumps, but it may stand still while the machine sleeps. The wall clock goes on
// then, but somebody may set it.
type moment struct{ mono, wall int64 }

// origin is what the monotonic clock counts from.
var origin = time.Now()

func readClock() moment {
	now := time.Now()
	return moment{mono: int64(now.Sub(origin)), wall: now.UnixNano()}
}

// atMost returns how long ago earlier was: by the clock that says longer. What may
// be done only for a while is measured so.
func (m moment) atMost(earlier moment) time.Duration {
	return time.Duration(max(m.mono-earlier.mono, m.wall-earlier.wall))
}

// atLeast returns how long ago earlier was, or less. What must have lasted for a
// while is measured so: nobody can set the monotonic clock.
func (m moment) atLeast(earlier moment) time.Duration {
	return time.Duration(m.mono - earlier.mono)
}
