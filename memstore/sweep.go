package memstore

import (
	"context"
	"runtime"
	"time"
)

// stepsPerLock bounds how long a walk over all entries keeps others waiting: it
// lets go of a shard after so many.
const stepsPerLock = 128

// expirePerCreate is how many entries a Create looks at. With four, dead records
// stay about an eighth of the live ones.
const expirePerCreate = 4

// Sweep implements [session.Sweeper]. It looks at every record, in small steps,
// so that no other call waits for it longer than for a few writes, and begins
// where the last sweep ended. An error comes with the number deleted until then.
func (s *Store) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	if err := ctx.Err(); err != nil { // even if there is nothing to look at
		return 0, fail("sweep", err)
	}
	first := s.swept.Load()
	for i := range uint32(len(s.shards)) {
		number := (first + i) % uint32(len(s.shards))
		s.swept.Store(number)
		n, err := s.shards[number].sweep(ctx, limit-deleted)
		deleted += n
		if err != nil {
			return deleted, fail("sweep", err)
		}
		if deleted >= limit {
			break
		}
	}
	return deleted, nil
}

// sweep goes once round the entries. It shares the cursor with Create and with
// other sweeps, and whatever they step over has been looked at too.
func (sh *shard) sweep(ctx context.Context, limit int) (deleted int, err error) {
	for todo := sh.len(); todo > 0; todo -= stepsPerLock {
		if err := ctx.Err(); err != nil {
			return deleted, err
		}
		if deleted >= limit {
			break
		}
		deleted += sh.sweepSome(limit - deleted)
		runtime.Gosched() // or the lock is taken again before who waits for it wakes up
	}
	return deleted, nil
}

func (sh *shard) sweepSome(limit int) (deleted int) {
	now := time.Now().UnixMilli()
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.expire(now, stepsPerLock, limit)
}

// len returns how many entries there are to look at, free ones included.
func (sh *shard) len() int {
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	return int(sh.entries.last)
}

// expire takes a number of steps in the walk round the entries, removes those
// it finds expired, at most limit, and tells how many it removed.
func (sh *shard) expire(now int64, steps, limit int) (removed int) {
	for ; steps > 0 && removed < limit && sh.keys.count > 0; steps-- {
		sh.cursor = sh.entries.after(sh.cursor)
		if e := sh.entries.at(sh.cursor); e.at != 0 && e.expires <= now {
			sh.remove(sh.cursor)
			removed++
		}
	}
	return removed
}

// expireAt sets an entry's expiry. One that is over ends the record for good,
// even if the clock is set back.
func (sh *shard) expireAt(id uint32, expires, now int64) {
	if expires <= now {
		sh.remove(id)
		return
	}
	sh.entries.at(id).expires = expires
}
