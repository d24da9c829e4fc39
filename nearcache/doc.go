// Package nearcache keeps recent sessions in the process, in front of any store. A
// read that finds its session there costs no round trip to a server, and yet no
// process ever accepts a session that another has ended.
//
//	near, err := nearcache.New(store, nearcache.Options{Bus: bus})
//	go near.Run(ctx)
//	manager, err := session.New(session.Config{Store: near})
//
// bus is one of package pgbus or redisstore, on the server that also keeps the sessions,
// or on another. All processes that use the store must use it through a near cache
// with the same Bus and the same Lease.
//
// # What it guarantees
//
// The whole contract of [session.Store], in all processes together. In particular a
// write that has returned nil is seen by every Load that begins after it, anywhere:
// whoever was signed out is refused by every process on the very next request. It
// isn't enough for that to send news that arrive soon. So before a write is made,
// all other processes drop their copies of the record, don't make new ones, and say
// so; when it was made they are told that they may again. Nobody ever reads from a
// cache what the base doesn't hold at that moment.
//
// An answer from the base that was on its way while the record changed isn't kept:
// each part of the cache counts the changes it has seen, and keeps an answer only if
// the count is the same as when the question was asked.
//
// # Why it is enough to wait a little for a process that doesn't answer
//
// It may be dead, or only cut off and serve its visitors from its cache still. Each
// process sends itself heartbeats over the Bus, and uses its cache only while one has
// come back to it that was sent less than a lease ago: 2 seconds unless
// Options.Lease says otherwise. The Bus brings all messages to all in one order. So a
// process that uses its cache more than a lease after a message was posted has read
// that message. A writer that waits for a lease need wait no longer: whoever hasn't
// answered by then uses no cache, or has dropped the record. (Gray and Cheriton,
// "Leases", 1989.) Time is read on two clocks, so that a machine that was put to
// sleep doesn't trust its old lease when it wakes.
//
// A process that begins to listen, or has heard nothing for a lease, starts with an
// empty cache, and uses it only after two more leases. So the others know it by then,
// and changes that were begun before it could hear of them are done; a write that
// takes longer is announced a second time before it returns.
//
// # What it costs
//
// A change or an end of a session waits for the slowest other process to answer: two
// messages on the Bus, typically a millisecond. The end of the change is told later,
// with other messages, and nobody waits for that. A new session, a sweep and a
// process that is alone need no messages. A hit costs about 100 ns and no allocation.
//
// When a process crashes or is cut off, writes of the others wait until its lease is
// over, and no more after that. A process that ends in good order (the context of
// [Store.Run]) says goodbye, and nobody waits. While a process can't hear the Bus it
// steps aside: its reads and writes go to the base, and each write waits a lease. A
// write that can't be announced, since the Bus takes no messages, is refused before
// anything was changed. When the Bus is back, all is as before without a restart.
//
// A write whose outcome isn't known (the base has failed in the middle) keeps the
// record out of all caches for thirty leases, the time in which it may still be
// done.
//
// # What it takes
//
// A Bus that keeps its promise of order; see [Bus]. Clocks of the processes that
// agree to within a lease, as far as records are concerned that expire and are
// created anew under the same key. Nobody who writes to the base around the near
// caches: such a write waits for nobody. If the Bus hears of it (see
// [Listener.Changed]), caches drop the record typically within a millisecond;
// otherwise they never do.
//
// Messages on the Bus hold keys and subjects in base64. Neither gives access to a
// session of this library, but who may read the Bus learns who is active.
//
// # Without a Bus
//
// Options.MaxStale allows copies to be served for so long, whatever happened
// elsewhere. That gives up the guarantee: a session that was ended in one process
// is accepted by the others for that time. Choose a few seconds, or no near cache.
//
// # When the store is down
//
// Options.LastKnown remembers for a while what was in the cache when the Bus was lost,
// for those routes of a site that ask for it (session.Manager.ServeLastKnown) and may
// show a session as it last was, read-only. All others fail, as without a near cache.
//
// # When not to use it
//
// With memstore, filestore or SQLite a read is as fast as a hit here, or nearly so.
// Where most requests change their session, writes wait for others and reads find
// nothing. And where a read of the store takes well under a millisecond and nobody
// notices, the simplest cache is none.
package nearcache
