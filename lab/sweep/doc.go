// Command sweep measures what visitors notice of a sweep:
//
//	go run ./lab/sweep -md docs/operations.md
//
// It makes a SQLite table in a temporary folder: a million sessions, nine of ten
// expired. Then it sends requests through a Manager at a steady rate, while
// another process sweeps. Nine of ten requests read a session, one changes it. In
// the end every live session must be there, with all that was written to it, and
// no expired one.
//
// # How it is measured
//
// Requests begin at fixed times, whether or not those before are done, and the
// time of each counts from when it should have begun. So a stop of 100 ms is seen
// by all that came meanwhile, as visitors would see it, and not by one alone.
//
// The speed of a shared machine changes by a factor of two within seconds. So the
// sweeper works and rests in turns of some seconds, and what is compared is all turns
// of the one kind with all of the other.
//
// The requests come without a network, which would hide the store's share.
package main
