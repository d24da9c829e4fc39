// Package memcachestore keeps sessions in memcached, on one server or several, by
// the client github.com/bradfitz/gomemcache.
//
//	client := memcache.New("10.0.0.1:11211", "10.0.0.2:11211")
//	client.Timeout = 500 * time.Millisecond
//	client.MaxIdleConns = 64
//	store, err := memcachestore.New(client, memcachestore.Options{})
//	...
//	err = store.Check(ctx) // at the start of the program: do all servers answer?
//
// memcached forgets. It keeps sessions in memory only, and what is in it may go at
// any time. Choose it where it is no harm that people are signed out now and then;
// for all else there are sqlstore and redisstore, or package cached, which puts
// memcached in front of a database. [NewKV] is for that.
//
// # What signs people out
//
//   - A server that is short of memory drops (evicts) what hasn't been used for
//     longest. Those sessions are gone; none comes back by it. Give the server
//     enough (-m, in MiB): each session takes its data and about 150 bytes. Watch
//     "evictions" in its statistics.
//   - A server that restarts has lost its sessions.
//   - A change of the list of servers moves keys to other servers: with the client's
//     own list nearly all, for it divides a hash by the number of servers.
//
// # What stays true
//
// What was ended stays ended, and no update is lost. Every write but Delete is
// conditional: the server does it only if nobody has changed the item since it was
// read (add and cas). For that the servers must be one and the same for everybody:
//
//   - All processes have the same list of servers, in the same order.
//   - No key moves to another server because its own is down. The client's list has
//     no such failover: a key whose server is down is an error, which the visitor
//     sees as 503, and the other servers' sessions go on. Keep it so: no selector
//     or proxy that ejects hosts. One process may write to the one server and
//     another to the other, and a server that returns with what it had brings back
//     sessions that were ended meanwhile.
//   - A server that was taken off the list is restarted, and so emptied, before it is
//     put on again, for the same reason.
//
// The number that cas compares counts from the server's start. A write that reads
// before a restart of the server and writes after it, within one round trip, might
// meet another item with the same number; a session would have to be created anew
// under the same key within that time, and keys are random.
//
// # What it can't do
//
// The store is a [session.Toucher] and has no other ability. An index of a user's
// sessions would be an item like any other: when it is evicted, it says that a user
// has no sessions, and an end of all of them would leave some alive. A store that
// says "ended" must not lie. So Manager.EndAll and the list of devices return
// errors.ErrUnsupported, and session.New refuses Config.MaxPerSubject with it. There is no
// Sweeper, since memcached forgets what has expired by itself.
//
// A session must fit into an item: with its key and some 100 bytes besides it must
// be below the server's -I (1 MiB by default). A larger one is an error, and what
// was there before stays.
//
// # What it costs
//
// In round trips:
//
//	Load            1
//	Create          1, or 3 over a dead record
//	Update, Touch   2, more if others write to the same session at that moment
//	Delete          1
//
// Touch sends the whole session twice, once each way. memcached's own touch would
// be shorter, but asks for no condition: it would also prolong a record that isn't
// the one that was read.
//
// # Time
//
// Expiry is by the clock of the machine that asks, to the millisecond; memcached
// itself forgets an item one to two seconds later. Machines should agree on the
// time to the second, as they do with NTP. memcached knows no time after January
// 2038; a session that lives longer stays in it until it is evicted.
//
// # The client
//
// It has no contexts: a call looks at its context before each round trip, and
// Client.Timeout bounds the rest. It is what connecting may take, and again each
// step of an answer (0: 500 ms). So with the default a call returns within about two
// seconds, whatever its context says, and no goroutine stays behind.
//
// MaxIdleConns is how many connections to each server stay open (0: 2). Set it to
// how many requests run at once, or most of them connect anew.
// The client opens as many as are asked for; so that a crowd of visitors doesn't use
// up what the server takes (-c), Options.MaxRequests bounds how many run at once.
//
// A server that restarts cuts its connections. A Load or Delete that meets a
// cut one drops the idle connections, also those of other servers, and tries once
// more. Other writes fail then, since it isn't known whether they were done.
//
// # Who may reach the server
//
// memcached has no passwords in the protocol that the client speaks: whoever
// reaches the port can read and write every session. Bind it to loopback or a
// private network (-l), and switch UDP off (-U 0, the default since 1.5.6). The
// client can speak TLS by Client.DialContext, if the server was built for it.
package memcachestore
