// Package pgbus connects near caches by PostgreSQL: a [nearcache.Bus] over LISTEN and
// NOTIFY, by the driver github.com/jackc/pgx.
//
//	bus, err := pgbus.New(pool, pgbus.Options{})
//	near, err := nearcache.New(store, nearcache.Options{Bus: bus})
//	go near.Run(ctx)
//
// # Why the order is right
//
// PostgreSQL puts a transaction's notifications into one queue for the whole server
// when it commits, under a lock that is held until the commit is done, and each
// listener gets those of its channel in the order of that queue. So all listeners get
// all messages in one order, and what is posted after Post has returned comes later in
// it. A listener gets all that is committed after its own LISTEN was.
//
// # What it takes
//
// One connection more for each process. A pooler such as PgBouncer must not be
// between, or pool by session: LISTEN belongs to a connection. NOTIFY doesn't reach
// the replicas, so the pool must lead to the primary. Only processes that
// are connected to the same database hear each other.
//
// Each message is a small transaction that isn't waited for to be on the disk. For
// changes by programs that don't use a near cache see [Bus.Trigger].
package pgbus
