package memstore

import (
	"hash/maphash"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coatcheck-go/session"
)

// A shard is a part of the store with its own lock. A key is always in the same
// shard, so a shard's own count of versions is enough to never repeat one.
type shard struct {
	mu       sync.RWMutex
	seed     maphash.Seed
	limit    int // of entries; 0: none
	entries  table
	arena    arena
	keys     index
	subjects index
	version  uint64 // the last one given out
	cursor   uint32 // where the walk that looks for expired records is

	moves atomic.Uint64 // of all shards: see Store.moves

	_ [64]byte // keeps the next shard's lock out of this one's cache lines
}

func (sh *shard) init(seed maphash.Seed, limit int) {
	sh.seed, sh.limit = seed, limit
	sh.arena.segments = make([]segment, 1)
	sh.keys = index{t: &sh.entries, side: byKey}
	sh.subjects = index{t: &sh.entries, side: bySubject}
}

// find returns the id of the entry under key, dead or alive.
func (sh *shard) find(hash uint64, key session.Key) uint32 {
	for id := range sh.keys.all(listHash(hash)) {
		if k, _, _ := sh.parts(id); string(k) == string(key) {
			return id
		}
	}
	return 0
}

// live returns the id of the live entry under key.
func (sh *shard) live(hash uint64, key session.Key, now int64) uint32 {
	id := sh.find(hash, key)
	if id == 0 || sh.entries.at(id).expires <= now {
		return 0
	}
	return id
}

// current returns the id of the live entry under key if it still has that
// version.
func (sh *shard) current(hash uint64, key session.Key, version uint64, now int64) (id uint32, err error) {
	id = sh.live(hash, key, now)
	switch {
	case id == 0:
		return 0, session.ErrNotFound
	case sh.entries.at(id).version != version:
		return 0, session.ErrConflict
	}
	return id, nil
}

// ofSubject yields the entries of a subject, dead or alive. The caller may
// remove the one it was given.
func (sh *shard) ofSubject(subject string) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for id := range sh.subjects.all(sh.subjectHash(subject)) {
			if sh.hasSubject(id, subject) && !yield(id) {
				return
			}
		}
	}
}

// create puts a new record in, where no live one may be.
func (sh *shard) create(hash uint64, key session.Key, rec session.Record, now int64) (version uint64) {
	if id := sh.find(hash, key); id != 0 {
		sh.remove(id)
	}
	sh.expire(now, expirePerCreate, expirePerCreate)
	sh.evict()
	id := sh.entries.take()
	sh.keys.add(id, listHash(hash))
	sh.write(id, key, rec)
	return sh.version
}

// update puts rec in an entry's place.
func (sh *shard) update(id uint32, key session.Key, rec session.Record, now int64) (version uint64) {
	sh.write(id, key, rec)
	version = sh.version
	sh.expireAt(id, rec.Expires.UnixMilli(), now)
	sh.compact()
	return version
}

// write fills an entry, used or new, and gives it the next version.
func (sh *shard) write(id uint32, key session.Key, rec session.Record) {
	e := sh.entries.at(id)
	relink := e.at == 0 || !sh.hasSubject(id, rec.Subject)
	if relink && e.subjectLen > 0 {
		sh.subjects.remove(id)
	}
	e.at = sh.place(id, len(key)+len(rec.Subject)+len(rec.Data))
	buf := sh.arena.bytes(e.at)
	n := copy(buf, key)
	n += copy(buf[n:], rec.Subject)
	copy(buf[n:], rec.Data)
	sh.version++
	e.version, e.expires = sh.version, rec.Expires.UnixMilli()
	e.keyLen, e.subjectLen = uint16(len(key)), uint16(len(rec.Subject))
	if relink && e.subjectLen > 0 {
		sh.subjects.add(id, sh.subjectHash(rec.Subject))
	}
}

// place returns where an entry can have that many bytes: where it has them now,
// or a new place.
func (sh *shard) place(id uint32, length int) uint32 {
	at := sh.entries.at(id).at
	if at != 0 {
		if sh.arena.resize(at, length) {
			return at
		}
		sh.arena.free(at)
	}
	return sh.arena.alloc(id, length)
}

func (sh *shard) remove(id uint32) {
	sh.keys.remove(id)
	e := sh.entries.at(id)
	if e.subjectLen > 0 {
		sh.subjects.remove(id)
	}
	sh.arena.free(e.at)
	sh.entries.give(id)
	sh.compact()
}

// compact moves the live records out of one segment if too many bytes are dead.
// It copies at most one segment, and at most three bytes for each that died.
func (sh *shard) compact() {
	if !sh.arena.wasteful() {
		return
	}
	worst := sh.arena.worst()
	sh.arena.seal(worst)
	for at := range sh.arena.places(worst) {
		if e := sh.entries.at(ownerIn(sh.arena.header(at))); e.at == at {
			e.at = sh.arena.move(at)
		}
	}
	sh.arena.drop(worst)
}

// parts returns an entry's bytes, valid until the next write to the shard.
func (sh *shard) parts(id uint32) (key, subject, data []byte) {
	e := sh.entries.at(id)
	b := sh.arena.bytes(e.at)
	n := int(e.keyLen) + int(e.subjectLen)
	return b[:e.keyLen], b[e.keyLen:n], b[n:]
}

func (sh *shard) hasSubject(id uint32, subject string) bool {
	_, s, _ := sh.parts(id)
	return string(s) == subject
}

// record returns a copy of an entry's record.
func (sh *shard) record(id uint32) session.Record {
	e := sh.entries.at(id)
	both := string(sh.arena.bytes(e.at)[e.keyLen:]) // one allocation
	return session.Record{
		Subject: both[:e.subjectLen],
		Data:    both[e.subjectLen:],
		Expires: time.UnixMilli(e.expires),
		Version: e.version,
	}
}

// entry returns a copy of an entry's record with its key.
func (sh *shard) entry(id uint32) session.Entry {
	key, _, _ := sh.parts(id)
	return session.Entry{Key: session.Key(key), Record: sh.record(id)}
}

func (sh *shard) subjectHash(subject string) uint32 {
	return listHash(maphash.String(sh.seed, subject))
}

// listHash returns the half of a hash that the indexes use; the other one chose
// the shard.
func listHash(hash uint64) uint32 { return uint32(hash >> 32) }
