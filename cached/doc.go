// Package cached keeps sessions in a database and copies of them in a cache that all
// processes share, such as Redis or memcached: what Django calls cached_db. The
// database is the truth. Most reads are answered by the cache.
//
//	truth, err := sqlstore.New(db, sqlstore.PostgreSQL, sqlstore.Options{})
//	...
//	cache, err := memcachestore.NewKV(client, memcachestore.Options{})
//	...
//	store, err := cached.New(cache, truth, cached.Options{})
//
// # A cache in front of a database
//
// It pays where reads are many and the database is what they wait for. It makes
// writes dearer. In requests to the cache and to the database:
//
//	Load that hits          1        0
//	Load that misses        3 (4)    1
//	Create, Update, Touch   3 (4)    1
//	Delete                  3        1
//	Replace (a login)       6 (7)    1
//
// The number in brackets is for sessions of a user who is logged in. An end of all
// sessions of a user takes one more request to the cache, one more to the
// database, and what a Delete takes for each session. A Swap in memcached is two
// round trips; of those there is one in a Load that misses, and there are two in most
// writes. BySubject, List and Sweep go to the database only.
//
// # What it guarantees
//
// All of the contract of [session.Store], as far as the database keeps it. A fill of
// the cache can't overtake a write, so that a session that was ended stays ended;
// in Django a reader that misses the cache can bring one back. It works so:
//
//   - A reader that finds nothing in the cache first takes a lease: it adds an entry
//     of its own. Then it reads the database, and swaps the lease for the copy. That
//     fails if the lease isn't there any more.
//   - A writer first puts a mark in the place of whatever is in the cache, lease or
//     copy. Then it writes to the database, and swaps the mark for the new copy.
//     While a mark is there, readers ask the database, and leave the cache alone.
//   - Writers that meet share the mark, and when the last has gone there is no copy: of
//     two writes at once it isn't known which was the last.
//   - A writer that doesn't know whether the database has done its write leaves the
//     mark for four times Options.Timeout, and nothing is cached so long.
//
// Every process must write through this package, with the same cache, the same
// Prefix and Timeout, and the database must answer reads from its primary.
//
// # When the cache fails
//
// Whatever the cache forgets, by eviction, a restart or for lack of time, is read from
// the database again: nothing is lost, and nobody is signed out.
//
// While it can't be reached, reads go to the database, after the time that its client
// takes to give up, and every write fails before it has begun. A write that passed the
// cache by would leave an old copy to those who can reach it. So for logins and
// logouts the site needs both. To go on without the cache, start all processes without it;
// and empty the cache before they come back to it.
//
// A cache must not return with what it had before: a replica of Redis that takes over
// may lack the last moments, and so a mark. A copy is then wrong if just then its
// record was being written. Only two things at once do worse: when the cache forgets
// a mark during a write and the writer ends before it is done; or when it forgets
// everything while all sessions of a user are being ended and the same user logs in. A
// wrong copy shows an old state until it is MaxAge old, or until somebody writes to
// the session. Nothing that it shows can be saved, for the database refuses a change
// of what isn't there.
//
// Whoever reads the cache reads the sessions, and whoever writes it can change them:
// protect it as the database.
package cached
