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
// # What is fair
//
//   - The same data for everybody: a user's ID and name, a cart of two items, a
//     theme and a CSRF token, 143 bytes as JSON. With 2 KiB, there is one long
//     text more.
//   - Each library is used as its README shows. Where there are two ways, the
//     faster is taken: fiber's Store, not its middleware, which would also load
//     a session for W3.
//   - The cookie has the same attributes: Secure, HttpOnly, SameSite=Lax, and it
//     goes with the browser.
//   - What the others' encoding/gob needs to know of is registered before.
//   - The SQLite stores have the same driver, the same settings and as many
//     connections.
//   - A test checks that every library does what is measured here.
//
// What the figures leave out speaks for neither side: a server and the
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
