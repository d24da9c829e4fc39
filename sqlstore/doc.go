// Package sqlstore keeps sessions in a table of a SQL database. The database is
// the caller's: any driver for [database/sql], opened and closed by the caller.
//
//	db, err := sql.Open("sqlite", dsn) // modernc.org/sqlite; for others see below
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
//     Without it a second writer fails at once with SQLITE_BUSY. A call whose
//     context ends meanwhile may wait for that long all the same.
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
//
// # PostgreSQL
//
// By github.com/jackc/pgx/v5/stdlib:
//
//	db, err := sql.Open("pgx", "postgres://app:password@db.example/app?connect_timeout=5")
//	...
//	db.SetMaxOpenConns(16)
//	db.SetMaxIdleConns(16)
//
// All processes together must stay below the server's max_connections (100). The
// encoding of the database must be UTF8, as it nearly always is. Its collations
// and time zone, and those of the connection, don't matter. Every call must reach
// the primary: a replica lags behind, and shows sessions that were ended.
//
// What a crash of the server loses is up to you:
//
//   - synchronous_commit on, the default, waits for the disk at each commit, and
//     loses nothing.
//   - synchronous_commit off doesn't wait, and a crash undoes up to the last
//     second: a login is lost, but also a logout, so that a session that was
//     ended is there again until it expires. Add &synchronous_commit=off to the
//     URL to have it for sessions only.
//   - ALTER TABLE coatcheck_sessions SET UNLOGGED writes the table to no log, so
//     that it costs least. But a crash empties it, and so does a fail-over, as
//     replicas never have it: everybody is signed out. No session that was ended
//     comes back.
//
// The store is made for READ COMMITTED, the default. Transactions that the server
// undoes to end a deadlock (40P01), or as not serializable (40001), are tried
// again. Under the stricter levels nothing goes wrong, but there the server undoes
// so many that some writes fail nevertheless, an end of all sessions of a user
// beside rotations for one. Where the application needs such a level, give the
// store connections of its own, with &default_transaction_isolation=read%20committed.
//
// Statements are prepared, so behind PgBouncer in transaction mode that must be
// 1.21 or newer, with max_prepared_statements set. A sweep leaves its rows' room
// to be used again after the server's autovacuum has run; that must not be off.
//
// All this is tried on PostgreSQL 15. CockroachDB takes PostgreSQL's SQL, and
// nothing in this dialect is known to be foreign to version 22.2 or newer; but it
// isn't tried, neither the contract nor its speed.
//
// # MySQL and MariaDB
//
// By github.com/go-sql-driver/mysql:
//
//	db, err := sql.Open("mysql", "app:password@tcp(db.example:3306)/app?timeout=5s")
//	...
//	db.SetMaxOpenConns(16)
//	db.SetMaxIdleConns(16)
//	db.SetConnMaxLifetime(3 * time.Minute) // the driver's advice: less than any wait_timeout
//
// Nothing else need be in the name, and what is there for others (clientFoundRows,
// parseTime, loc, charset, an isolation level) does no harm; interpolateParams=true
// saves four round trips at each rotation. Collations and time zones don't matter. Every
// call must reach the primary, as above.
//
// innodb_flush_log_at_trx_commit 1, the server's default, waits for the disk at
// each commit, and loses nothing. With 2 a crash of the machine undoes up to the
// last second, with 0 one of the server too: a login is lost, but also a logout,
// so that a session that was ended is there again until it expires.
//
// A session must fit into max_allowed_packet (MariaDB: 16 MiB). A call waits up
// to innodb_lock_wait_timeout (50 s) for a row that a transaction of somebody
// else has locked, and then fails with error 1205; give it a context that ends
// earlier. Transactions that the server undoes to end a deadlock (1213) are tried again.
//
// The table must be InnoDB's, as CreateSchema makes it. There is no partial index,
// so sessions of nobody take room in that of subjects too.
//
// All this is tried on MariaDB 10.11. It keeps to what MySQL 8.0 has too, but isn't
// tried there; nor on a Galera cluster.
package sqlstore
