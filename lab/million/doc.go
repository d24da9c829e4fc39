// Command million measures a million sessions of 100,000 users in Redis and in
// PostgreSQL:
//
//	go run ./lab/million -md docs/operations.md
//
// It starts the servers by the programs that are installed, and ends them. On each:
//
//   - A tenth of the sessions is made to live on: one of each user. The others are to
//     expire all at the same moment, a while after the last of them is made. Redis gets
//     them through the store, by many goroutines at once. PostgreSQL gets them by
//     COPY, which is ten times as fast, as a Manager has made them.
//   - The server says how much room they take.
//   - Of some users, all sessions are listed and then ended, one user after the
//     other, by Manager.Sessions and Manager.EndAll.
//   - When the sessions expire, requests come through a Manager at a steady rate, one of
//     ten writes. In PostgreSQL, expired sessions are swept by session.Sweep meanwhile,
//     in turns with none; Redis gets rid of them by itself.
//   - In the end, all sessions that should live are there, with all that was written
//     to them, and no other.
//
// PostgreSQL has each commit on disk before it says so, as it does by default. Redis
// writes to no disk.
//
// Requests begin at fixed times, whether or not those before are done, and the time of
// each counts from when it should have begun.
package main
