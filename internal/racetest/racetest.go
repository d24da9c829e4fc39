// Package racetest runs the races that decide whether sessions are safe, on a real
// store and in real processes: two requests of one session are held until
// both have read it, and let go in the order that does harm where a store
// writes without looking. Nothing sleeps, and no trial depends on luck.
package racetest

import "testing"

// Run runs every race on the site.
func Run(t *testing.T, s Site) {
	run(t, "MB-12 two keys", func() error { return LostUpdates(s) })
	run(t, "MB-12 increments", func() error { return Increments(s) })
	for _, r := range races() {
		run(t, "R1 "+r.String(), func() error { return Revivals(s, r) })
	}
}

func run(t *testing.T, name string, race func() error) {
	t.Run(name, func(t *testing.T) {
		if err := race(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d of %d trials are right", Trials, Trials)
	})
}
