package storetest

import (
	"path"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/coatcheck-go/session"
)

// A broken store breaks the contract in one way. One of hook, bend and
// elsewhere says how.
type broken struct {
	name      string
	hook      func(m *mapStore, h *hooked)
	bend      func(m *mapStore, b *bent)
	elsewhere func(m *mapStore, h *hooked) // only the other handle is broken

	fails []string // patterns: every case that fits one of them fails
	may   []string // patterns: these may fail besides, and no others
}

func (b broken) open() (session.Store, session.Store) {
	m := newMapStore()
	switch {
	case b.hook != nil:
		h := hook(m)
		b.hook(m, h)
		return h, h
	case b.bend != nil:
		bent := bend(m)
		b.bend(m, bent)
		return bent, bent
	}
	h := hook(m)
	b.elsewhere(m, h)
	return m, h
}

func allBroken() []broken {
	return slices.Concat(brokenBasics, brokenValues, brokenVersions, brokenTouch, brokenReplace,
		brokenSweep, brokenSubject, brokenList, brokenHandles, brokenCalls, brokenRaces)
}

// TestBrokenStoresFail checks that a broken store fails the cases about what is
// broken in it, and no others.
func TestBrokenStoresFail(t *testing.T) {
	for _, b := range allBroken() {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			for _, tc := range cases() {
				seen := inBubble(t, tc, b)
				must, may := fits(b.fails, tc.name), fits(b.may, tc.name)
				if must && len(seen) == 0 {
					t.Errorf("%s passes", tc.name)
				}
				if !must && !may && len(seen) > 0 {
					t.Errorf("%s fails: %s", tc.name, seen[0])
				}
			}
		})
	}
}

// inBubble runs tc where waiting takes no time.
func inBubble(t *testing.T, tc testCase, b broken) (seen []string) {
	synctest.Test(t, func(t *testing.T) {
		first, second := b.open()
		seen = tc.run(t.Context(), &check{a: first, b: second})
	})
	return seen
}

// TestEveryCaseCanFail checks that there is a broken store for every case.
func TestEveryCaseCanFail(t *testing.T) {
	for _, tc := range cases() {
		if !slices.ContainsFunc(allBroken(), func(b broken) bool { return fits(b.fails, tc.name) }) {
			t.Errorf("no broken store fails %s", tc.name)
		}
	}
}

// TestEveryPatternFits catches a pattern that is misspelt.
func TestEveryPatternFits(t *testing.T) {
	for _, b := range allBroken() {
		for _, pattern := range slices.Concat(b.fails, b.may) {
			if !slices.ContainsFunc(cases(), func(tc testCase) bool { return fits([]string{pattern}, tc.name) }) {
				t.Errorf("%s: no case is called %s", b.name, pattern)
			}
		}
	}
}

func fits(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(p, name)
		return ok
	})
}
