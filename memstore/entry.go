package memstore

// An entry is what a shard knows of one record. It holds no pointer, so the
// garbage collector never looks into it.
type entry struct {
	version    uint64
	expires    int64  // Unix milliseconds
	at         uint32 // where in the arena its bytes are; 0: the entry is free
	keyLen     uint16
	subjectLen uint16
	links      [2]link // one for each index
}

// A link is an entry's place in an [index].
type link struct {
	hash       uint32
	next, prev uint32 // entry ids, 0 for none
}

// The indexes a shard has, as places in entry.links.
const (
	byKey = iota
	bySubject
)

// A table holds a shard's entries. An entry keeps its id as long as its record
// exists, so that ids can serve as cursors. Id 0 stands for none.
//
// It grows by pages: no entry is ever copied, so no request waits for that.
type table struct {
	pages []*[pageLen]entry
	last  uint32 // the highest id in use so far
	free  uint32 // the first of a list of free entries, linked by links[byKey].next
}

const pageLen = 32

func (t *table) at(id uint32) *entry { return &t.pages[id/pageLen][id%pageLen] }

// take returns the id of a free entry.
func (t *table) take() uint32 {
	if id := t.free; id != 0 {
		t.free = t.at(id).links[byKey].next
		return id
	}
	t.last++
	if int(t.last/pageLen) >= len(t.pages) {
		t.pages = append(t.pages, new([pageLen]entry))
	}
	return t.last
}

// give makes an entry free.
func (t *table) give(id uint32) {
	e := t.at(id)
	*e = entry{}
	e.links[byKey].next, t.free = t.free, id
}

// after returns the id that follows id in a walk round and round the table,
// which must not be empty.
func (t *table) after(id uint32) uint32 {
	if id >= t.last {
		return 1
	}
	return id + 1
}
