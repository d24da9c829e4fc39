// Package storetest is the contract of [session.Store] as a test suite: every
// sentence of it is a case, and a case that fails quotes the sentence.
//
// A store's own test is one call:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) (a, b session.Store) {
//			dir := t.TempDir()
//			return open(t, dir), open(t, dir)
//		})
//	}
//
// Run it with -race. A mistake found in one store becomes a case here, for all.
package storetest

import (
	"slices"
	"testing"

	"github.com/coatcheck-go/session"
)

// Run runs every case of the contract as a subtest of t.
//
// open returns two handles on one store that is empty, as two processes would
// have them; where there can be only one handle, both are the same value. It is
// called anew for each case and registers its clean-up with the t it is given.
//
// Cases about an ability ([session.Toucher] and so on) run only on stores that
// have it; the subtest "abilities" logs which those are. [session.Touch] and
// [session.Replace] do without, so they are tested on every store.
//
// Damage is beyond Run, since it can't reach below a store: see [RunDamaged].
func Run(t *testing.T, open func(t *testing.T) (a, b session.Store)) {
	t.Run("abilities", func(t *testing.T) {
		a, b := open(t)
		t.Logf("%T: %q", a, abilitiesOf(a))
		if !slices.Equal(abilitiesOf(a), abilitiesOf(b)) {
			t.Errorf("the other handle differs: %T: %q", b, abilitiesOf(b))
		}
	})
	for _, tc := range cases() {
		t.Run(tc.name, func(t *testing.T) {
			a, b := open(t)
			tc.test(t, &check{a: a, b: b})
		})
	}
}

// cases returns the whole suite, in the order in which the contract is told.
func cases() []testCase {
	return slices.Concat(
		loadCases, createCases, updateCases, deleteCases,
		keyCases, valueCases, versionCases,
		touchCases, replaceCases, sweepCases, subjectCases, listCases,
		handleCases, contextCases, errorCases, callerCases,
		raceCases, endedCases,
	)
}
