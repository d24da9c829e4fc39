package memstore

import (
	"iter"
	"math/bits"
)

// An index finds entries by a hash. It is a hash table of linked lists, and the
// links are in the entries: it takes four bytes an entry more.
//
// It grows by linear hashing: with every entry comes one more list, made by
// splitting an old one. So it is never rebuilt as a whole, and no request waits
// for that.
type index struct {
	t     *table
	side  int      // which of an entry's links is this index's
	heads []uint32 // each the id of a list's first entry
	count int
}

// list returns the number of the list for hash: its low bits, one bit less for
// lists that are not yet split. There must be lists.
func (x *index) list(hash uint32) uint32 {
	n := uint32(len(x.heads))
	mask := uint32(1)<<bits.Len32(n-1) - 1
	if i := hash & mask; i < n {
		return i
	}
	return hash & (mask >> 1)
}

// all yields the ids of the entries with that hash. The caller may remove the
// entry it was given.
func (x *index) all(hash uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for id := x.first(hash); id != 0; {
			l := x.t.at(id).links[x.side]
			if l.hash == hash && !yield(id) {
				return
			}
			id = l.next
		}
	}
}

func (x *index) first(hash uint32) uint32 {
	if len(x.heads) == 0 {
		return 0
	}
	return x.heads[x.list(hash)]
}

func (x *index) add(id, hash uint32) {
	if x.count++; x.count > len(x.heads) {
		x.split()
	}
	x.t.at(id).links[x.side].hash = hash
	x.push(id)
}

// split adds a list and moves to it what belongs there, all from one old list.
func (x *index) split() {
	n := uint32(len(x.heads))
	x.heads = append(x.heads, 0)
	if n == 0 {
		return
	}
	old := n - 1<<(bits.Len32(n)-1) // n without its highest bit
	id := x.heads[old]
	x.heads[old] = 0
	for id != 0 {
		next := x.t.at(id).links[x.side].next
		x.push(id)
		id = next
	}
}

// push puts an entry first in its list.
func (x *index) push(id uint32) {
	l := &x.t.at(id).links[x.side]
	head := &x.heads[x.list(l.hash)]
	l.next, l.prev = *head, 0
	if l.next != 0 {
		x.t.at(l.next).links[x.side].prev = id
	}
	*head = id
}

func (x *index) remove(id uint32) {
	x.count--
	l := x.t.at(id).links[x.side]
	if l.next != 0 {
		x.t.at(l.next).links[x.side].prev = l.prev
	}
	if l.prev != 0 {
		x.t.at(l.prev).links[x.side].next = l.next
	} else {
		x.heads[x.list(l.hash)] = l.next
	}
}
