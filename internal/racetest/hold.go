package racetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
)

// A Site is two nodes that share a store. They may be the same.
type Site [2]Node

var errNotHeld = errors.New("a request was answered before it was held")

// number makes names unique.
var number atomic.Int64

func name(of string) string { return fmt.Sprintf("%s-%d", of, number.Add(1)) }

// each runs f for 0 to n-1 at the same time, and returns one of the errors.
func each(n int, f func(i int) error) error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = f(i) })
	}
	all.Wait()
	if errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil }); len(errs) > 0 {
		return fmt.Errorf("%d of %d, the first: %w", len(errs), n, errs[0])
	}
	return nil
}

// hold sends requests and holds them after their handlers have read and changed
// their sessions, before anything is saved. Then it calls meanwhile, and after that, or
// at the same time if loose, it lets them go on.
func (s Site) hold(requests []request, loose bool, meanwhile func() error) (answers []answer, err error) {
	gate := name("gate")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	answers = make([]answer, len(requests))
	var all sync.WaitGroup
	for i, r := range requests {
		r.query = with(r.query, "gate", gate)
		all.Go(func() {
			answers[i] = r.send(context.Background())
			cancel()
		})
	}
	err = s.wait(ctx, gate, requests)
	if !loose && err == nil {
		err = meanwhile()
	}
	all.Go(func() { s.open(gate) })
	if loose && err == nil {
		err = meanwhile()
	}
	all.Wait()
	return answers, err
}

// wait returns when the gates of all nodes hold their requests.
func (s Site) wait(ctx context.Context, gate string, requests []request) error {
	for node, n := range s.count(requests) {
		query := url.Values{"gate": {gate}, "n": {fmt.Sprint(n)}}
		if a := (request{node: node, path: "/gate/wait", query: query}).send(ctx); a.err != nil || ctx.Err() != nil {
			return errors.Join(errNotHeld, a.err)
		}
	}
	return nil
}

func (s Site) open(gate string) {
	for node := range s.count(nil) {
		request{node: node, path: "/gate/open", query: url.Values{"gate": {gate}}}.send(context.Background())
	}
}

// count tells how many of the requests go to each node.
func (s Site) count(requests []request) map[Node]int {
	counts := map[Node]int{s[0]: 0, s[1]: 0}
	for _, r := range requests {
		counts[r.node]++
	}
	return counts
}

func with(query url.Values, key, value string) url.Values {
	added := url.Values{key: {value}}
	for key, values := range query {
		added[key] = values
	}
	return added
}
