package main

import (
	"fmt"
	"strings"
	"time"
)

// A budget is what design.md allows for one thing, with what was measured.
type budget struct {
	what, atMost, measured string
	met                    bool
}

// A ratioBudget limits how long one cell takes, in times of another.
type ratioBudget struct {
	what            string
	work, stack     string
	toWork, toStack string
	atMost          float64
}

var ratioBudgets = []ratioBudget{
	{"W1 read, memory: of scs", "W1", coatcheckMemory, "W1", scsMemory, 1.0 / 25},
	{"W1 with 2 KiB of data: of our own small one", "W1 2 KiB", coatcheckMemory, "W1", coatcheckMemory, 1.5},
	{"W2 write, memory: of scs", "W2", coatcheckMemory, "W2", scsMemory, 1.0 / 15},
	{"W3 untouched: of scs", "W3", coatcheckMemory, "W3", scsMemory, 1.0 / 2},
	{"W4 sign in, memory: of scs", "W4", coatcheckMemory, "W4", scsMemory, 1.0 / 3},
	{"W5 by two goroutines: of W1 by one", "W5", coatcheckMemory, "W1", coatcheckMemory, 1 / 1.3},
	{"W1, SQLite: of a raw prepared SELECT", "W1", coatcheckSQLite, "W1", rawSQLite, 1.4},
	{"W1 with an idle timeout: of one without", "W1", coatcheckMemory, "W1", coatcheckNoIdle, 1.1},
	{"W1, encrypted cookie: of gorilla's with AES", "W1", coatcheckSealed, "W1", gorillaAES, 1.0 / 10},
	{"W2, encrypted cookie: of gorilla's with AES", "W2", coatcheckSealed, "W2", gorillaAES, 1.0 / 8},
	{"W1, Redis: of a raw GET by the same client", "W1", coatcheckRedis, "W1", rawGET, 1.2},
	{"W1, PostgreSQL: of a raw prepared SELECT", "W1", coatcheckPostgres, "W1", rawStatements, 1.2},
	{"W2, PostgreSQL: of a raw SELECT and UPDATE", "W2", coatcheckPostgres, "W2", rawStatements, 1.1},
	{"open a Flask cookie: of itsdangerous", "Open", flaskCookie, "Open", pythonCookie, 1.0 / 8},
	{"seal a Flask cookie: of itsdangerous", "Seal", flaskCookie, "Seal", pythonCookie, 1.0 / 8},
	{"open a short one: of itsdangerous", "Open", flaskShortCookie, "Open", pythonShortCookie, 1.0 / 8},
	{"seal a short one: of itsdangerous", "Seal", flaskShortCookie, "Seal", pythonShortCookie, 1.0 / 8},
	{"open a Django token: of django.core.signing", "Open", djangoSigning, "Open", pythonSigning, 1.0 / 8},
	{"seal a Django token: of django.core.signing", "Seal", djangoSigning, "Seal", pythonSigning, 1.0 / 8},
}

// tripBudgets limit the round trips of a request, by the server's own count.
var tripBudgets = []struct {
	work, stack string
	atMost      float64
}{
	{"W1", coatcheckRedis, 1}, {"W2", coatcheckRedis, 2}, {"Rotation", coatcheckRedis, 2},
	{"W1", coatcheckNear, 0}, {"W2", coatcheckNear, 1}, {"Rotation", coatcheckNear, 1},
}

const (
	// beside is what a client may send besides, a request: its heartbeats.
	beside = 0.05

	nearRead    = 2 * time.Microsecond
	cookieRatio = 1.7
)

// allocBudgets limit allocations on the memory store.
var allocBudgets = []struct {
	work   string
	atMost float64
}{{"W1", 8}, {"W3", 3}}

// budgets returns all of which both sides were measured.
func (r *results) budgets() (all []budget) {
	for _, b := range ratioBudgets {
		over, under := r.cell(b.work, b.stack), r.cell(b.toWork, b.toStack)
		if over == nil || under == nil {
			continue
		}
		q := ratiosOf(over, under)
		all = append(all, budget{b.what, ratio(b.atMost), q.String(), q.median <= b.atMost})
	}
	for _, b := range allocBudgets {
		if c := r.cell(b.work, coatcheckMemory); c != nil {
			all = append(all, countBudget(b.work+", memory: allocations", b.atMost, c.allocs))
		}
	}
	all = append(all, r.serverBudgets()...)
	all = append(all, r.sizeBudgets()...)
	all = append(all,
		countBudget("W3: calls of the store", 0, float64(r.calls.untouched)),
		countBudget("100 reads with an idle timeout: writes to the store", 1, float64(r.calls.readsWriting)))
	return append(all, r.crowdBudgets()...)
}

func countBudget(what string, atMost, measured float64) budget {
	return budget{what, fmt.Sprint(atMost), fmt.Sprintf("%.0f", measured), measured <= atMost}
}

func (r *results) serverBudgets() (all []budget) {
	if c := r.cell("W1", coatcheckNear); c != nil {
		q := quartilesOf(c.nanos)
		all = append(all, budget{"W1, Redis with a warm near cache", duration(float64(nearRead)),
			fmt.Sprintf("%s (%s to %s)", duration(q.median), duration(q.low), duration(q.high)), q.median <= float64(nearRead)})
	}
	for _, b := range tripBudgets {
		for _, t := range r.trips {
			if t.work.name == b.work && t.stack.name == b.stack {
				what := fmt.Sprintf("%s, %s: round trips", b.work, strings.TrimPrefix(b.stack, "coatcheck, "))
				all = append(all, budget{what, fmt.Sprint(b.atMost), fmt.Sprintf("%.2f", t.each), t.each <= b.atMost+beside})
			}
		}
	}
	return all
}

func (r *results) sizeBudgets() (all []budget) {
	for _, s := range r.sizes {
		got := s.ratio(stackOf(coatcheckSealed))
		what := fmt.Sprintf("encrypted cookie of %d bytes of JSON: of the JSON", s.json)
		all = append(all, budget{what, ratio(cookieRatio), fmt.Sprintf("%.2f", got), got <= cookieRatio})
	}
	return all
}

func (r *results) crowdBudgets() (all []budget) {
	own, scs := r.crowd(coatcheckMemory), r.crowd(scsMemory)
	if own == nil {
		return nil
	}
	all = append(all,
		countBudget("a crowd: bytes of heap a session", 350, own.bytes),
		budget{"a crowd: longest request during a sweep, of the longest without", "1",
			ratio(float64(own.busy) / float64(own.quiet)), own.busy <= own.quiet})
	if scs != nil {
		collection := float64(own.collection) / float64(scs.collection)
		all = append(all, budget{"a crowd: a full collection, of scs", "1/4", ratio(collection), collection <= 1.0/4})
	}
	return all
}
