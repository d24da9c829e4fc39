package main

import (
	"bytes"
	"slices"
	"time"

	"github.com/coatcheck-go/session"
)

// The names of the stacks that budgets are about.
const (
	coatcheckMemory = "coatcheck, memory"
	coatcheckNoIdle = "coatcheck, memory, no idle timeout"
	coatcheckSQLite = "coatcheck, SQLite"
	scsMemory       = "scs, memory"
	rawSQLite       = "raw prepared SELECT, SQLite"
)

// stacks are in the order of the tables.
var stacks = []*stack{
	{name: "bare handler", open: openBare, nothing: true},
	{name: "floor by hand: a map of live objects", open: openFloor},
	{name: coatcheckMemory, open: openCoatcheckMemory(session.Limits{})},
	{name: coatcheckNoIdle, open: openCoatcheckMemory(session.Limits{Idle: session.NoIdle})},
	{name: scsMemory, open: openSCSMemory(0)},
	{name: "scs, memory, idle timeout", open: openSCSMemory(24 * time.Hour)},
	{name: "fiber, memory", open: openFiber},
	{name: "gorilla, cookie, HMAC", open: openGorilla(key(1)), clientSide: true},
	{name: "gorilla, cookie, HMAC and AES", open: openGorilla(key(1), key(2)), clientSide: true},
	{name: rawSQLite, open: openRawSelect, rawRead: true},
	{name: coatcheckSQLite, open: openCoatcheckSQLite},
	{name: "scs, SQLite", open: openSCSSQLite},
}

// crowded are the stacks that hold a million sessions in memory.
var crowded = []string{coatcheckMemory, scsMemory, "fiber, memory"}

func key(fill byte) []byte { return bytes.Repeat([]byte{fill}, 32) }

// A work is what is measured of each stack.
type work struct {
	name     string
	act      act
	large    bool // 2 KiB of data
	sessions int  // that are visited, 0: visitors come without a cookie
	parallel int  // goroutines
	group    int  // works of one group are compared with each other
}

// groups is how many groups there are.
const groups = 4

var works = []*work{
	{name: "W1", act: actRead, sessions: 1, parallel: 1},
	{name: "W1 2 KiB", act: actRead, large: true, sessions: 1, parallel: 1},
	{name: "W5", act: actRead, sessions: 64, parallel: 2},
	{name: "W2", act: actWrite, sessions: 1, parallel: 1, group: 1},
	{name: "W2 2 KiB", act: actWrite, large: true, sessions: 1, parallel: 1, group: 1},
	{name: "W3", act: actNothing, parallel: 1, group: 2},
	{name: "W4", act: actLogin, parallel: 1, group: 3},
}

func (w *work) data() []entry {
	if w.large {
		return large
	}
	return small
}

// fits tells whether st can do w.
func (st *stack) fits(w *work) bool { return !st.rawRead || w.act == actRead && w.parallel == 1 }

// crowd are the stacks that hold a million sessions in memory.
func crowd() (found []*stack) {
	for _, st := range stacks {
		if slices.Contains(crowded, st.name) {
			found = append(found, st)
		}
	}
	return found
}
