// Package redisstore keeps sessions in Redis, by the client
// github.com/redis/rueidis. The client is the caller's, who makes it and closes it:
//
//	client, err := rueidis.NewClient(rueidis.ClientOption{
//		InitAddress:       []string{"redis.example:6379"},
//		ForceSingleClient: true,            // it is no cluster
//		DisableCache:      true,            // stores don't use the client's cache
//		AlwaysPipelining:  true,            // a call ends at once when its context is cancelled
//		ConnWriteTimeout:  3 * time.Second, // how long a connection may be silent
//	})
//	...
//	defer client.Close()
//	store, err := redisstore.New(client, redisstore.Options{})
//	...
//	err = store.Check(ctx)
//
// Without AlwaysPipelining, a call whose context is cancelled ends only at the
// context's deadline or after Options.Timeout. Leave ConnLifetime at zero: a client
// that ends connections by itself sends commands again that were cut off. Nothing
// else makes it send a write twice. Reads, which must reach the primary, are sent again
// until they succeed or their time is over; so don't set SendToReplicas, or leave GET
// and SCAN out of it: a replica lags behind, and shows sessions that were ended.
//
// With TLS, and a user of its own, the option has besides:
//
//	TLSConfig: &tls.Config{ServerName: "redis.example", MinVersion: tls.VersionTLS12},
//	Username:  "coatcheck",
//	Password:  password,
//
// With Sentinel, InitAddress is where the Sentinels are, and in the place of
// ForceSingleClient there is
//
//	Sentinel: rueidis.SentinelOption{
//		MasterSet:               "mymaster",
//		TopologyRefreshInterval: 5 * time.Second, // finds the new primary if its news was missed
//	},
//
// With a cluster, InitAddress has some of its servers, there is neither of these two,
// and the store is made by [NewCluster].
//
// # Rights
//
// This is a user who may do all that a [Store], a [KV] and a [Bus] do, and no more:
//
//	ACL SETUSER coatcheck on >password resetkeys ~coatcheck:* resetchannels &coatcheck:bus -@all
//		+ping +get +pttl +unlink +scan +exists +set +evalsha +eval
//		+type +getrange +strlen +setrange +del +pexpireat +time
//		+zadd +zrem +zremrangebyscore +zrange +zrevrange
//		+role +client|tracking +publish +subscribe
//
// On a cluster, +cluster|slots +cluster|shards +spublish +ssubscribe come in the place of
// the last line but +role. Where the program runs with Go's FIPS 140-3 module, it
// needs +script|load too.
//
// # What is kept where
//
// A session is one string, under "coatcheck:s:" and the 32 bytes of its key; record.go
// describes its bytes. It expires in Redis at the very millisecond, and nothing needs
// to be swept. Expiry is by the clocks of the server and of the machine that asks, so
// these should agree on the time to the second, as they do with NTP.
//
// Under "coatcheck:by:" and a subject there is the index of its sessions, a sorted set
// of keys by when they expire. An entry is made before its session or with it, and
// may outlive it: for a minute, and when the session was deleted, until it would have
// expired. Each write and each read of an index takes out what is over, and the index
// itself expires with its last entry. Nothing depends on notifications of keys.
//
// # Costs
//
// In round trips, on one server and on a cluster:
//
//	Load                            1        1   a GET
//	Create, Update, Touch           1        2   one script; on a cluster the index first
//	Delete                          1        1   an UNLINK
//	Replace                         1        -   on a cluster: a Create and an Update
//	BySubject                       2        2   a script, then all GETs at once
//	DeleteBySubject                 2    n + 2   n: entries in the index
//	List                            2        2   a SCAN, then all GETs at once
//
// On a cluster, sessions of nobody are written in one, and a listing asks each server
// for its role, when its turn comes. All scripts look at the head
// of a record only, so that a conflict doesn't cost more for a large session. A server
// that doesn't know a script yet is sent its text once, in one more round trip.
//
// A session takes some 250 bytes of the server's memory besides its data and subject,
// its entry in an index among them.
//
// # Settings of the server that matter
//
// maxmemory-policy should be noeviction: when the memory is full, logins fail with an
// error, and sessions that are there can be read, ended and listed. All other policies
// sign visitors out to make room. And they may take the index of a subject and leave
// its sessions: then DeleteBySubject misses these, so that "sign out everywhere"
// doesn't. Of those policies volatile-ttl is the least harm, as an index expires after
// all of its sessions.
//
// What a crash of the server loses is up to you:
//
//   - appendonly yes and appendfsync always wait for the disk at each write, and lose
//     nothing.
//   - appendfsync everysec, the default with appendonly, doesn't wait, and a crash of
//     the machine undoes up to the last second or two: a login is lost, but also a logout, so
//     that a session that was ended is there again until it expires.
//   - without appendonly, a crash goes back to the last snapshot, minutes ago, with the
//     same effect, or to nothing. With save "" and appendonly no everybody is signed
//     out, and no session that was ended comes back.
//
// Replication doesn't wait either: a fail-over, by Sentinel or in a cluster, loses the
// last writes that the old primary has confirmed, logouts among them.
// min-replicas-to-write 1 and min-replicas-max-lag 1 make that rare and short, as a
// primary that is cut off soon refuses writes. WAIT, which asks replicas for each
// write, isn't used: it would double the round trips, and doesn't undo what failed.
//
// A listing, and with Sentinel or a cluster a [Bus.Listen], ends with an error at a
// fail-over; begin anew.
//
// # Versions
//
// All this is tried on Redis 7.0. It needs 6.2, and 7.0 for a cluster's [Bus]. Nothing
// is known that Valkey 7.2 or newer would do in another way, but it isn't tried there.
package redisstore
