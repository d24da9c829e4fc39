// Package kvtest is the contract of [kv.Store] as a test suite: every sentence of
// it is a case, and a case that fails quotes the sentence.
//
// A store's own test is one call:
//
//	func TestKV(t *testing.T) {
//		kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
//			address := startServer(t)
//			return open(t, address), open(t, address)
//		})
//	}
//
// Run it with -race.
package kvtest

import (
	"slices"
	"testing"

	"github.com/coatcheck-go/session/kv"
)

// Run runs every case of the contract as a subtest of t.
//
// open returns two handles on one store, as two processes would have them; where
// there can be only one handle, both are the same value. It is called anew for each
// case. The store must be empty, or at least empty of keys that begin with "kvtest";
// each case deletes the keys it has used. A case about the time to live takes some
// seconds.
func Run(t *testing.T, open func(t *testing.T) (a, b kv.Store)) {
	for _, tc := range cases() {
		t.Run(tc.name, func(t *testing.T) {
			a, b := open(t)
			for _, seen := range tc.run(t.Context(), &check{a: a, b: b}) {
				t.Errorf("seen: %s\nrule: %q", seen, tc.rule)
			}
		})
	}
}

// cases returns the whole suite.
func cases() []testCase {
	return slices.Concat(basicCases, valueCases, ttlCases, handleCases, raceCases, contextCases, errorCases, untilCases)
}
