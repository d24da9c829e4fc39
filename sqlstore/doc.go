// Package sqlstore keeps sessions in a table of a SQL database. The database is
// the caller's: any driver for [database/sql], opened and closed by the caller.
//
//	db, err := sql.Open("sqlite", dsn) // modernc.org/sqlite; dsn: see below
//	...
//	store, err := sqlstore.New(db, sqlstore.SQLite, sqlstore.Options{})
//	...
//	defer store.Close() // before db.Close
//	err = store.CreateSchema(ctx)
//
// Whoever manages the schema elsewhere takes its SQL from [Schema], and calls
// [Store.Check] at the start of the program instead of CreateSchema.
//
// Expired sessions stay in the table until [Store.Sweep] deletes them.
// Expiry is by the clock of the machine that asks, so machines that share a
// database should agree on the time to the second, as they do with NTP.
//
// # SQLite
//
// With modernc.org/sqlite this data source name is a good start:
//
//	file:sessions.db?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=synchronous(NORMAL)
//
// and with github.com/mattn/go-sqlite3 this one:
//
//	file:sessions.db?_journal_mode=WAL&_busy_timeout=5000&_synchronous=NORMAL
//
// What it asks for:
//
//   - journal_mode WAL lets readers read while one writer writes. All processes
//     must be on one machine: WAL doesn't work over a network file system. A new
//     file is switched to it once, and for that SQLite doesn't wait: of several
//     programs that start at once on a new file, one may get SQLITE_BUSY.
//   - busy_timeout is how long, in milliseconds, a writer waits for another one.
//     Without it a second writer fails at once with SQLITE_BUSY.
//   - synchronous NORMAL doesn't wait for the disk at each commit. A crash of the
//     program loses nothing. A crash of the machine or a power loss may undo the
//     last commits (the file stays sound): a login is lost, but also a logout,
//     so that a session that was ended is there again until it expires. If that
//     is too much, use synchronous FULL, at the price of a disk flush a write.
//
// Connections are dear, as each has its own page cache and prepared statements,
// and database/sql keeps only two idle ones unless told otherwise:
//
//	db.SetMaxOpenConns(2 * runtime.GOMAXPROCS(0))
//	db.SetMaxIdleConns(2 * runtime.GOMAXPROCS(0))
//
// An in-memory database (":memory:") is one per connection: there it must be
// SetMaxOpenConns(1).
package sqlstore
