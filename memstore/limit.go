package memstore

const (
	maxShards   = 64
	minPerShard = 1024 // of a limit; with less, shards fill too unevenly

	// evictSample is how many records the one to be evicted is the best of.
	evictSample = 8
)

// shardCount returns how many shards a store with that limit has.
func shardCount(limit int) int {
	n := maxShards
	for limit > 0 && n > 1 && limit/n < minPerShard {
		n /= 2
	}
	return n
}

// share returns the i-th of n shares of the limit, which add up to the limit.
func share(limit, i, n int) int {
	if i < limit%n {
		return limit/n + 1
	}
	return max(0, limit/n)
}

// evict makes room for a record if the shard is full. It is full when all its
// entries are in use, so the sample finds one wherever it begins.
func (sh *shard) evict() {
	if sh.limit == 0 || sh.keys.count < sh.limit {
		return
	}
	var victim uint32
	for range evictSample {
		sh.cursor = sh.entries.after(sh.cursor)
		if victim == 0 || sh.entries.at(sh.cursor).expires < sh.entries.at(victim).expires {
			victim = sh.cursor
		}
	}
	sh.remove(victim)
}
