package main

import (
	"errors"
	"regexp"
	"slices"
)

// tripWorks are those whose round trips are counted.
var tripWorks = []string{"W1", "W2", "Rotation"}

// A tripCount is how often a request of a work uses the stack's server.
type tripCount struct {
	stack *stack
	work  *work
	each  float64
}

// countTrips counts for the cells that only matches and that have a server. No connection may be open.
func countTrips(o options, only *regexp.Regexp, visits int) (counts []tripCount, err error) {
	for _, c := range newCells(o, only) {
		if c.stack.trips == nil || !slices.Contains(tripWorks, c.work.name) {
			continue
		}
		each, err := tripsOf(c, visits)
		if err != nil {
			return nil, err
		}
		counts = append(counts, tripCount{c.stack, c.work, each})
	}
	return counts, nil
}

// tripsOf takes away what it costs to open and close the site.
func tripsOf(c *cell, visits int) (float64, error) {
	idle, idleErr := c.used(0)
	busy, busyErr := c.used(visits)
	return float64(busy-idle) / float64(visits), c.failed(errors.Join(idleErr, busyErr))
}

// used is how often a new site of the cell uses its server for so many visits.
func (c *cell) used(visits int) (int, error) {
	before, err := c.stack.trips(c.farm)
	if err != nil {
		return 0, err
	}
	if err := c.open(); err != nil {
		return 0, err
	}
	right := visitAll(c.visitors[0], visits)
	if err := c.close(); err != nil {
		return 0, err
	}
	if !right {
		return 0, errAnswer
	}
	after, err := c.stack.trips(c.farm)
	return after - before, err
}
