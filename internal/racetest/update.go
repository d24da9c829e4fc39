package racetest

import (
	"fmt"
	"net/url"
)

const (
	// Trials is how often each race is run.
	Trials = 1000

	// batch is how many trials are run at a time.
	batch = 100
)

// LostUpdates has two requests of one session, one on each node, set different
// keys, after both have read it and before either has saved it. It returns an
// error if a key isn't kept.
func LostUpdates(s Site) error {
	return batches(func() error {
		visitors, err := s.visitors(batch)
		if err != nil {
			return err
		}
		var requests []request
		for _, v := range visitors {
			for node, key := range []string{"left", "right"} {
				requests = append(requests, v.request(node, v.token, "/write", url.Values{"key": {key}}))
			}
		}
		answers, err := s.hold(requests, false, func() error { return nil })
		if err != nil {
			return err
		}
		return each(batch, func(i int) error {
			return visitors[i].bothKept(answers[2*i], answers[2*i+1])
		})
	})
}

func batches(f func() error) error {
	for range Trials / batch {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func (v visitor) bothKept(left, right answer) error {
	for _, a := range []answer{left, right} {
		if err := ok(a); err != nil {
			return fmt.Errorf("a write: %w", err)
		}
	}
	page, err := v.show(v.token)
	if err == nil && (page.Values["left"] != 1 || page.Values["right"] != 1) {
		err = fmt.Errorf("an update was lost: both writes were answered 200, and of left and right there is %v", page.Values)
	}
	return err
}

// Increments has so many requests of one session, half of them on each node, add
// one to a count after all have read it. It returns an error if they don't add up.
func Increments(s Site) error {
	visitors, err := s.visitors(1)
	if err != nil {
		return err
	}
	v := visitors[0]
	var requests []request
	for i := range Trials {
		requests = append(requests, v.request(i, v.token, "/increment", nil))
	}
	answers, err := s.hold(requests, false, func() error { return nil })
	for _, a := range answers {
		if err == nil {
			err = ok(a)
		}
	}
	if err != nil {
		return fmt.Errorf("an increment: %w", err)
	}
	page, err := v.show(v.token)
	if err == nil && page.Values["count"] != Trials {
		err = fmt.Errorf("an update was lost: %d increments were answered 200, and the count is %d", Trials, page.Values["count"])
	}
	return err
}
