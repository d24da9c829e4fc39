// Command bench compares Coatcheck with other session libraries for Go, and with
// the least that a session can cost:
//
//	go run ./lab/bench -md docs/benchmarks.md
//
// # What is compared
//
// Whole requests, from the request's cookie to the response's headers, without a
// server or a network: request and response writer are used again and again.
//
//	W1  a visitor with a session; the handler reads one key and checks the value
//	W2  a visitor with a session; the handler sets one key to another value
//	W3  a visitor without a cookie; the handler makes no use of the session
//	W4  a visitor without a cookie signs in: a new token, and three keys are set
//	W5  W1 by two goroutines over 64 sessions
//
// On servers, W1 and W2, and besides:
//
//	Rotation  a visitor with a session, which gets a new token
//
// Redis and PostgreSQL are started for it, by the programs that are installed, and
// all reach them by TCP over loopback. How often a request uses its server is counted
// by the server's own statistics. What seals and opens tokens is also measured alone,
// beside itsdangerous and django.core.signing in a Python process, see
// scripts/python-peers.sh.
//
// Beside Django itself, with its db engine on the same PostgreSQL and with
// signed_cookies: W1 and W2 through its SessionMiddleware, and
//
//	Load  the engine alone reads a session
//	Save  the engine alone writes it, with another value of one key
//
// # What is fair
//
//   - The same data for everybody: a user's ID and name, a cart of two items, a
//     theme and a CSRF token, 143 bytes as JSON. With 2 KiB, there is one long
//     text more.
//   - Each library is used as its README shows. Where there are two ways, the
//     faster is taken: fiber's Store, not its middleware, which would also load
//     a session for W3.
//   - The cookie has the same attributes: Secure, HttpOnly, SameSite=Lax, and it
//     goes with the browser; but gorilla's Redis store deletes such sessions, so
//     there it has an age.
//   - What the others' encoding/gob needs to know of is registered before.
//   - The SQLite stores have the same driver, the same settings and as many
//     connections.
//   - On Redis, everybody has the client that their library is made for, with its
//     default settings or the recommended ones. The raw commands are sent by
//     Coatcheck's client with the same settings. On PostgreSQL, scs has pgx by itself,
//     which is faster than by database/sql, as Coatcheck and the raw statements have it.
//   - Python measures itself, in a loop in its own process, so nothing of the way to it
//     is counted. Its turns come between those of the others, as everybody's.
//   - Django's request is used again and again, as ours is; its connection to PostgreSQL
//     stays open. psycopg has its default settings.
//   - A test checks that every library does what is measured here.
//
// What the figures leave out speaks for neither side: an HTTP server and the
// network take much longer than any of these libraries in memory.
//
// # How it is measured
//
// The speed of a shared machine changes by a factor of two within seconds. So
// what is compared runs in turns, in slices of some 20 ms, in random order, and
// what counts is the median over all rounds of the ratio within one round.
// Allocations and bytes are exact. Times are by the clock on the wall, with the
// garbage collector at work beside on whatever processor is free; on a busy
// machine GOMAXPROCS=1 gives steadier figures, in which all its work is counted.
package main
