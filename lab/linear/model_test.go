package linear

import "github.com/anishathalye/porcupine"

// maxKeys and maxEnds bound how many keys a subject has, and how often all of them are
// ended, so that a state is small.
const (
	maxKeys = 16
	maxEnds = 8
)

// A slot is what is under a key.
type slot struct {
	record int // 0: nothing live

	// An end of all sessions isn't one moment. It must take what was there when it
	// began, and what replaced that, and may take what came later.
	doomed, risks bits // the ends that must take it, those that may
}

type bits uint16

// A state is the store as the contract knows it, as far as one subject is concerned.
type state struct {
	slots [maxKeys]slot
	open  bits // the ends of all sessions that have begun and not ended
}

// do makes a call as the contract demands, in a state in which nothing is half ended.
// code is what the caller is told.
func (s state) do(c call) (code string, found int, after state) {
	is := s.slots[c.Key].record
	switch c.Act {
	case remove:
		return ok, 0, s.with(c.Key, slot{})
	case create:
		if is != 0 {
			return conflict, 0, s
		}
		return ok, 0, s.with(c.Key, slot{record: c.New, risks: s.open})
	}
	switch {
	case is == 0:
		return gone, 0, s
	case c.Act == load:
		return ok, is, s
	case is != c.Old:
		return conflict, 0, s
	}
	return ok, 0, s.change(c)
}

// change makes a change of the record that was read.
func (s state) change(c call) state {
	next := s.slots[c.Key]
	next.record = c.New
	next.risks |= s.open
	switch c.Act {
	case update:
		return s.with(c.Key, next)
	case rotate:
		s = s.with(c.To, next)
	}
	return s.with(c.Key, slot{})
}

func (s state) with(key int, is slot) state {
	s.slots[key] = is
	return s
}

// begin is when an end of all sessions takes its look at what there is. If it isn't
// known whether it was done, it may be at any time, and never must.
func (s state) begin(c call, sure bool) state {
	end := bits(1) << c.End
	s.open |= end
	for i := range s.slots {
		switch is := &s.slots[i]; {
		case is.record == 0:
		case sure:
			is.doomed |= end
		default:
			is.risks |= end
		}
	}
	return s
}

// finish is when an end of all sessions has been done. It returns the states that
// there may be then.
func (s state) finish(c call) (after []state) {
	end := bits(1) << c.End
	if s.open&end == 0 {
		return nil // it hasn't begun
	}
	s.open &^= end
	after = []state{s}
	for i, is := range s.slots {
		left := is
		left.risks &^= end
		var next []state
		for _, s := range after {
			if is.doomed&end == 0 {
				next = append(next, s.with(i, left))
			}
			if (is.doomed|is.risks)&end != 0 {
				next = append(next, s.with(i, slot{}))
			}
		}
		after = next
	}
	return after
}

// step returns the states that there may be after a call with this result.
func (s state) step(c call, r result) (after []state) {
	switch c.Act {
	case endAll:
		return []state{s.begin(c, r.Code != unknown)}
	case ended:
		return s.finish(c)
	}
	for _, s := range s.views(c.Key) {
		code, found, then := s.do(c)
		switch {
		case r.Code == unknown:
			after = append(after, s, then)
		case r.Code == code && r.Record == found:
			after = append(after, then)
		}
	}
	return after
}

// views are the states in which a key may be found: an end of all may have reached it.
func (s state) views(key int) []state {
	if is := s.slots[key]; is.doomed|is.risks != 0 {
		return []state{s, s.with(key, slot{})}
	}
	return []state{s}
}

// model is the contract of one subject's keys, for Porcupine. They aren't apart: a
// rotation is of two keys, and an end of all of each.
var model = (&porcupine.NondeterministicModel{
	Init: func() []any { return []any{state{}} },
	Step: func(s, input, output any) (after []any) {
		for _, next := range s.(state).step(input.(call), output.(result)) {
			after = append(after, next)
		}
		return after
	},
}).ToModel()
