// Package racetest runs the races that decide whether sessions are safe, on a real
// store and in real processes: two requests of one session are held until
// both have read it, and let go in the order that does harm where a store
// writes without looking. Nothing sleeps, and no trial depends on luck.
package racetest

import "testing"

// Run runs on the site what no store may get wrong.
func Run(t *testing.T, s Site) {
	run(t, "MB-12 two keys", func() error { return LostUpdates(s) })
	run(t, "MB-12 increments", func() error { return Increments(s) })
	for _, slow := range []string{Write, Read, Rotate, Login} {
		for _, overtaker := range []string{Logout, EndAll, Rotate} {
			s.run(t, Race{Slow: slow, Overtaker: overtaker})
		}
	}
}

// RunMore runs the races with a rotation that has no grace, and those in which
// both requests save at the same time, so that their steps mix as they will.
func RunMore(t *testing.T, s Site) {
	for _, slow := range []string{Write, Read, Rotate, Login} {
		s.run(t, Race{Slow: slow, Overtaker: RotateAtOnce})
		s.run(t, Race{Slow: slow, Overtaker: Logout, Loose: true})
		s.run(t, Race{Slow: slow, Overtaker: EndAll, Loose: true})
	}
}

func (s Site) run(t *testing.T, r Race) {
	run(t, "R1 "+r.String(), func() error { return Revivals(s, r) })
}

func run(t *testing.T, name string, race func() error) {
	t.Run(name, func(t *testing.T) {
		if err := race(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d of %d trials are right", Trials, Trials)
	})
}
