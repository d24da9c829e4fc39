package schedstore

import "fmt"

// All calls scenario once for every order of its actors' store calls and
// returns how many there are. The first error of scenario ends it and is returned
// with the order that led to it. scenario must do the same whenever the order is the same. Call
// it in a bubble of testing/synctest.
func All(scenario func(*Run) error) (orders int, err error) {
	return (&explorer{}).all(scenario)
}

// Distinct is as All, but of the orders that differ only in how reads that follow
// each other are ordered it plays one.
func Distinct(scenario func(*Run) error) (orders int, err error) {
	return (&explorer{reduce: true}).all(scenario)
}

// An explorer goes through a tree depth first: a node is where calls wait, a branch
// the one that goes on. It starts from the root for every leaf, since what has
// happened can't be taken back.
type explorer struct {
	reduce bool
	path   []branch
}

type branch struct{ taken, of int }

func (e *explorer) all(scenario func(*Run) error) (orders int, err error) {
	for more := true; more; more = e.advance() {
		r := &Run{explorer: e}
		if err := scenario(r); err != nil {
			return orders, fmt.Errorf("after %v: %w", r, err)
		}
		if !r.redundant {
			orders++
		}
		if r.depth != len(e.path) {
			panic("schedstore: the scenario did not do the same again")
		}
	}
	return orders, nil
}

// choose returns which of n branches to take at depth.
func (e *explorer) choose(depth, n int) int {
	if depth == len(e.path) {
		e.path = append(e.path, branch{of: n})
	}
	if e.path[depth].of != n {
		panic("schedstore: the scenario did not do the same again")
	}
	return e.path[depth].taken
}

// advance turns to the next leaf, and reports false when there is none.
func (e *explorer) advance() bool {
	for len(e.path) > 0 {
		last := &e.path[len(e.path)-1]
		if last.taken++; last.taken < last.of {
			return true
		}
		e.path = e.path[:len(e.path)-1]
	}
	return false
}
