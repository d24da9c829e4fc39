package session_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session/internal/schedstore"
	"github.com/coatcheck-go/session/memstore"
)

func correct() schedstore.Inner { return memstore.New(memstore.Options{MaxEntries: 1000}) }

const grace = 30 * time.Second

var variants = []variant{
	{name: "a process each", inner: correct, grace: grace},
	{name: "one process", inner: correct, grace: grace, shared: true},
	{name: "store without touch and replace", inner: correct, grace: grace, plain: true},
	{name: "no grace", inner: correct, grace: -1},
	{name: "the grace passes", inner: correct, grace: grace, clock: true},
}

// TestInterleavePairs (MB-01, MB-12, R1) plays every order of the store calls of
// every two requests.
func TestInterleavePairs(t *testing.T) {
	parallel(t)
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) { interleave(t, v, schedstore.All, pairs(allKinds)) })
	}
}

// TestInterleaveTriples (MB-01, MB-12, R1) plays the orders of every three requests
// of the kinds that differ in what they do to the store. Orders that
// differ only in which of two neighbouring reads came first count as one.
func TestInterleaveTriples(t *testing.T) {
	parallel(t)
	interleave(t, variants[0], schedstore.Distinct, triples(tripleKinds))
}

// TestInterleaveTriplesElsewhere does so where things are done in more steps, or
// time passes: one request moves the session, two others write it or end it. (With
// two that move it there are 200,000 orders in a store without replace.)
func TestInterleaveTriplesElsewhere(t *testing.T) {
	parallel(t)
	others := []kind{kindWriteA, kindLogout, kindEndAll, kindEndHandle}
	var combinations [][]kind
	for i, a := range others {
		for _, b := range others[i+1:] {
			for _, moves := range []kind{kindRotate, kindLogin, kindLoginOther} {
				combinations = append(combinations, []kind{moves, a, b})
			}
		}
	}
	for _, v := range variants[1:] {
		t.Run(v.name, func(t *testing.T) { interleave(t, v, schedstore.Distinct, combinations) })
	}
}

// interleave plays all orders of each combination.
func interleave(t *testing.T, v variant, explore explorer, combinations [][]kind) {
	total := 0
	synctest.Test(t, func(t *testing.T) {
		for _, kinds := range combinations {
			orders, err := v.explore(t, explore, kinds)
			t.Logf("%6d orders: %s", orders, names(kinds))
			if err != nil || orders == 0 {
				t.Errorf("%s, order number %d, %v", names(kinds), orders, err)
			}
			total += orders
		}
	})
	t.Logf("%6d orders of %d combinations", total, len(combinations))
}

type explorer func(func(*schedstore.Run) error) (orders int, err error)

func (v variant) explore(t *testing.T, explore explorer, kinds []kind) (orders int, err error) {
	return explore(func(r *schedstore.Run) error { return newWorld(t, v, r, kinds).play(t) })
}

func pairs(kinds []kind) (combinations [][]kind) {
	for i, a := range kinds {
		for _, b := range kinds[i:] {
			combinations = append(combinations, []kind{a, b})
		}
	}
	return combinations
}

func triples(kinds []kind) (combinations [][]kind) {
	for i, a := range kinds {
		for _, rest := range pairs(kinds[i:]) {
			combinations = append(combinations, append(rest, a))
		}
	}
	return combinations
}

func names(kinds []kind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return strings.Join(names, " | ")
}
