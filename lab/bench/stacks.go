package main

import (
	"bytes"
	"slices"
	"time"

	"github.com/coatcheck-go/session"
)

// The names of the stacks that budgets are about.
const (
	coatcheckMemory   = "coatcheck, memory"
	coatcheckNoIdle   = "coatcheck, memory, no idle timeout"
	coatcheckSQLite   = "coatcheck, SQLite"
	coatcheckSealed   = "coatcheck, encrypted cookie"
	coatcheckRedis    = "coatcheck, Redis"
	coatcheckNear     = "coatcheck, Redis, warm near cache"
	coatcheckPostgres = "coatcheck, PostgreSQL"
	scsMemory         = "scs, memory"
	gorillaAES        = "gorilla, cookie, HMAC and AES"
	rawSQLite         = "raw prepared SELECT, SQLite"
	rawGET            = "raw GET, and SET to write, Redis"
	rawStatements     = "raw prepared SELECT, and UPDATE to write, PostgreSQL"
	sealedAlone       = "coatcheck's sealed"
	rawGCM            = "raw AES-256-GCM"
	flaskCookie       = "coatcheck's compat/flask"
	flaskShortCookie  = "coatcheck's compat/flask, 67 bytes"
	pythonCookie      = "itsdangerous, Python"
	pythonShortCookie = "itsdangerous, Python, 67 bytes"
	djangoSigning     = "coatcheck's compat/djangosigning"
	pythonSigning     = "django.core.signing, Python"
	djangoPostgres    = "coatcheck's compat/django, PostgreSQL"
	pythonPostgres    = "Django's db, PostgreSQL"
	djangoCookie      = "coatcheck's compat/django, signed cookie"
	pythonDjango      = "Django's signed_cookies"
)

// What some stacks can't do, or is of no interest, isn't measured.
var (
	reads      = []act{actRead}
	readWrites = []act{actRead, actWrite}
	rotates    = []act{actRead, actWrite, actRotate}
	tokens     = []act{actOpen, actSeal}
	engines    = []act{actRead, actWrite, actLoad, actSave}
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
	{name: coatcheckSealed, open: openCoatcheckSealed, clientSide: true},
	{name: "gorilla, cookie, HMAC", open: openGorilla(key(1)), clientSide: true},
	{name: gorillaAES, open: openGorilla(key(1), key(2)), clientSide: true},
	{name: rawSQLite, open: openRawSelect, raw: true, acts: reads},
	{name: coatcheckSQLite, open: openCoatcheckSQLite},
	{name: "scs, SQLite", open: openSCSSQLite},

	{name: rawGET, place: onServer, open: openRawRedis, raw: true, acts: readWrites, trips: (*farm).redisReads},
	{name: coatcheckRedis, place: onServer, open: openCoatcheckRedis, acts: rotates, trips: (*farm).redisReads},
	{name: coatcheckNear, place: onServer, open: openCoatcheckNear, acts: rotates, trips: (*farm).redisReads},
	{name: "scs, Redis", place: onServer, open: openSCSRedis, acts: rotates, trips: (*farm).redisReads},
	{name: "gorilla, Redis", place: onServer, open: openGorillaRedis, acts: readWrites, trips: (*farm).redisReads},
	{name: rawStatements, place: onServer, open: openRawPostgres, raw: true, acts: readWrites, trips: (*farm).postgresTransactions},
	{name: coatcheckPostgres, place: onServer, open: openCoatcheckPostgres, acts: rotates, trips: (*farm).postgresTransactions},
	{name: "scs, PostgreSQL", place: onServer, open: openSCSPostgres, acts: rotates, trips: (*farm).postgresTransactions},

	{name: rawGCM, place: nowhere, open: openRawGCM, acts: tokens},
	{name: sealedAlone, place: nowhere, open: openSealedAlone, acts: tokens},
	{name: "gorilla's securecookie, HMAC and AES", place: nowhere, open: openSecureCookie, acts: tokens},
	{name: flaskCookie, place: nowhere, open: openFlask(flaskUsual), acts: tokens},
	{name: pythonCookie, place: nowhere, open: openPython(small, flaskSetup), acts: tokens},
	{name: flaskShortCookie, place: nowhere, open: openFlask(flaskShort), acts: tokens},
	{name: pythonShortCookie, place: nowhere, open: openPython(flaskShort.data, flaskSetup), acts: tokens},
	{name: djangoSigning, place: nowhere, open: openDjangoSigning, acts: tokens},
	{name: pythonSigning, place: nowhere, open: openPython(small, djangoSetup), acts: tokens},

	{name: djangoPostgres, place: likeDjango, open: openDjangoPostgres, acts: engines, small: true, trips: (*farm).postgresTransactions},
	{name: pythonPostgres, place: likeDjango, open: openPythonPostgres, raw: true, acts: engines, small: true},
	{name: djangoCookie, place: likeDjango, open: openDjangoCookie, acts: engines, small: true, clientSide: true},
	{name: pythonDjango, place: likeDjango, open: openPythonCookie, raw: true, acts: engines, small: true},
}

// stackOf returns the stack of that name.
func stackOf(name string) *stack {
	return stacks[slices.IndexFunc(stacks, func(st *stack) bool { return st.name == name })]
}

// libraries are the stacks that keep sessions for requests.
func libraries() (found []*stack) {
	for _, st := range stacks {
		if !st.nothing && !st.raw && st.place != nowhere {
			found = append(found, st)
		}
	}
	return found
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
const groups = 9

var works = []*work{
	{name: "W1", act: actRead, sessions: 1, parallel: 1},
	{name: "W1 2 KiB", act: actRead, large: true, sessions: 1, parallel: 1},
	{name: "W5", act: actRead, sessions: 64, parallel: 2},
	{name: "W2", act: actWrite, sessions: 1, parallel: 1, group: 1},
	{name: "W2 2 KiB", act: actWrite, large: true, sessions: 1, parallel: 1, group: 1},
	{name: "W3", act: actNothing, parallel: 1, group: 2},
	{name: "W4", act: actLogin, parallel: 1, group: 3},
	{name: "Rotation", act: actRotate, sessions: 1, parallel: 1, group: 4},
	{name: "Open", act: actOpen, parallel: 1, group: 5},
	{name: "Seal", act: actSeal, parallel: 1, group: 6},
	{name: "Load", act: actLoad, sessions: 1, parallel: 1, group: 7},
	{name: "Save", act: actSave, sessions: 1, parallel: 1, group: 8},
}

func (w *work) data() []entry {
	if w.large {
		return large
	}
	return small
}

// fits tells whether st can do w.
func (st *stack) fits(w *work) bool {
	if st.acts == nil {
		return w.act < actRotate
	}
	return slices.Contains(st.acts, w.act) && w.parallel == 1 && !(w.large && st.small)
}

// crowd are the stacks that hold a million sessions in memory.
func crowd() (found []*stack) {
	for _, st := range stacks {
		if slices.Contains(crowded, st.name) {
			found = append(found, st)
		}
	}
	return found
}
