package nearcache

import "sync/atomic"

// SleepyClock lets the store's monotonic clock be behind by as many nanoseconds as
// are put into what it returns. The store must not run yet.
func SleepyClock(s *Store) *atomic.Int64 {
	var asleep atomic.Int64
	s.clock = func() moment {
		m := readClock()
		m.mono -= asleep.Load()
		return m
	}
	return &asleep
}

// Empty forgets all that is kept.
func (s *Store) Empty() { s.cache.drop(everything) }
