package memstore

import "testing"

// verify checks that all parts of all shards agree with each other.
func verify(t *testing.T, s *Store) {
	t.Helper()
	for i := range s.shards {
		sh := &s.shards[i]
		entries, subjects, bytes := tally(sh)
		if got := members(t, &sh.keys); got != entries || sh.keys.count != entries {
			t.Errorf("shard %d: %d entries in use, key index lists %d and counts %d", i, entries, got, sh.keys.count)
		}
		if got := members(t, &sh.subjects); got != subjects || sh.subjects.count != subjects {
			t.Errorf("shard %d: %d entries with a subject, index lists %d and counts %d", i, subjects, got, sh.subjects.count)
		}
		if live := sh.arena.used - sh.arena.dead; live != bytes {
			t.Errorf("shard %d: entries have %d bytes, arena counts %d", i, bytes, live)
		}
		if sh.limit > 0 && entries > sh.limit {
			t.Errorf("shard %d: %d entries, limit %d", i, entries, sh.limit)
		}
		verifyArena(t, &sh.arena)
	}
}

// tally counts a shard's used entries, those with a subject, and their bytes.
func tally(sh *shard) (entries, subjects, bytes int) {
	for id := uint32(1); id <= sh.entries.last; id++ {
		e := sh.entries.at(id)
		if e.at == 0 {
			continue
		}
		entries++
		bytes += room(len(sh.arena.bytes(e.at)))
		if e.subjectLen > 0 {
			subjects++
		}
	}
	return entries, subjects, bytes
}

// members counts the entries in an index's lists, each of which must be in the
// right one and linked both ways.
func members(t *testing.T, x *index) (n int) {
	t.Helper()
	for i, id := range x.heads {
		for prev := uint32(0); id != 0; n++ {
			l := x.t.at(id).links[x.side]
			if l.prev != prev || x.list(l.hash) != uint32(i) {
				t.Fatalf("entry %d in list %d: previous %d, hash %x; want previous %d", id, i, l.prev, l.hash, prev)
			}
			prev, id = id, l.next
		}
	}
	return n
}

func verifyArena(t *testing.T, a *arena) {
	t.Helper()
	used, dead := 0, 0
	for _, s := range a.segments {
		used += len(s.buf)
		dead += s.dead
	}
	if used != a.used || dead != a.dead {
		t.Errorf("segments have %d bytes, %d dead; counted %d, %d", used, dead, a.used, a.dead)
	}
	for _, number := range a.vacant {
		if a.segments[number].buf != nil || number == a.open {
			t.Errorf("vacant segment %d is in use", number)
		}
	}
}

// reserved returns how much memory the segments of all shards have.
func reserved(s *Store) (bytes int) {
	for i := range s.shards {
		for _, seg := range s.shards[i].arena.segments {
			bytes += cap(seg.buf)
		}
	}
	return bytes
}

// count returns the number of entries, dead ones included.
func count(s *Store) (n int) {
	for i := range s.shards {
		n += s.shards[i].keys.count
	}
	return n
}
