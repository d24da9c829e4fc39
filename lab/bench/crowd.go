package main

import (
	"errors"
	"runtime"
	"slices"
	"time"
)

// A crowdResult is what was measured of a stack with very many sessions.
type crowdResult struct {
	stack       *stack
	bytes       float64       // of heap, a session
	collection  time.Duration // a full garbage collection
	quiet, busy time.Duration // the longest request, without a sweep and during one
}

// The timetable of a crowd. Libraries that sweep by themselves do so every ten
// seconds or as often as told.
const (
	tick       = 10 * time.Second
	expireLead = 700 * time.Millisecond // from the expiry of many to the sweep
	lead       = 300 * time.Millisecond // from the start of watching to the sweep
	watch      = 2 * time.Second        // how long requests are watched
	shortest   = time.Second            // timeout that all libraries take
)

var errSlow = errors.New("the machine was too slow to fill the store in time")

// measureCrowd fills a store with n sessions, of which nine in ten expire all at
// once, and watches the requests of a live one while those are swept out.
func measureCrowd(st *stack, n int) (result crowdResult, err error) {
	after, err := timeToSweep(st, n)
	for tries := 0; err == nil && tries < 3; tries++ {
		if result, err = tryCrowd(st, n, after<<tries); !errors.Is(err, errSlow) {
			return result, err
		}
	}
	return result, err
}

// tryCrowd is measureCrowd with the sweep so long after opening the store.
func tryCrowd(st *stack, n int, after time.Duration) (result crowdResult, err error) {
	before := heap()
	sweepAt := time.Now().Add(after)
	s, err := st.open(options{data: small, sweep: after})
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := fill(s, n, sweepAt.Add(-expireLead)); err != nil {
		return result, err
	}
	result = crowdResult{stack: st, bytes: float64(heap()-before) / float64(n), collection: collection()}
	if time.Until(sweepAt) < 2*watch+lead {
		return result, errSlow
	}
	err = watchSweep(s, sweepAt, &result)
	return result, err
}

// timeToSweep is how long after opening the store its sweep should be.
func timeToSweep(st *stack, n int) (time.Duration, error) {
	s, err := st.open(options{data: small, sweep: time.Hour})
	if err != nil {
		return 0, err
	}
	sample := max(1, n/50)
	begin := time.Now()
	err = fill(s, sample, begin.Add(time.Hour))
	filling := time.Since(begin) * time.Duration(n/sample)
	after := 2*filling + 2*watch + 4*time.Second
	return (after/tick + 1) * tick, errors.Join(err, s.close())
}

// fill adds n sessions; nine in ten expire then, which is errSlow if it has passed.
func fill(s *site, n int, then time.Time) error {
	for i := range n {
		var expires time.Time // the library's default
		if i%10 != 0 {
			expires = then
		}
		if time.Until(then) < shortest {
			return errSlow
		}
		if err := s.fillUntil(expires); err != nil {
			return err
		}
	}
	return nil
}

// heap is how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what the first one has found to be finalized
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// collection is how long a full garbage collection takes: the median of five.
func collection() time.Duration {
	times := make([]time.Duration, 5)
	for i := range times {
		begin := time.Now()
		runtime.GC()
		times[i] = time.Since(begin)
	}
	slices.Sort(times)
	return times[len(times)/2]
}

func watchSweep(s *site, sweepAt time.Time, result *crowdResult) (err error) {
	cookie, err := s.newSession()
	if err != nil {
		return err
	}
	v := s.visitor(actRead, cookie)
	time.Sleep(time.Until(sweepAt.Add(-2*watch - lead)))
	if result.quiet, err = longestVisit(v, watch); err != nil {
		return err
	}
	time.Sleep(time.Until(sweepAt.Add(-lead)))
	swept := make(chan error, 1)
	go func() {
		time.Sleep(lead)
		swept <- s.sweep()
	}()
	result.busy, err = longestVisit(v, watch)
	return errors.Join(err, <-swept)
}

// longestVisit makes visits for as long as that and returns the longest one.
func longestVisit(v visitor, long time.Duration) (longest time.Duration, err error) {
	for begin, now := time.Now(), time.Now(); now.Sub(begin) < long; {
		if !v.visit() {
			return longest, errAnswer
		}
		end := time.Now()
		longest, now = max(longest, end.Sub(now)), end
	}
	return longest, nil
}
