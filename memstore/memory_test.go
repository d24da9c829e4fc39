package memstore

import (
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// numbered returns the i-th of as many keys as one likes.
func numbered(i int) session.Key {
	var b [32]byte
	binary.LittleEndian.PutUint64(b[:], uint64(i))
	return session.Key(b[:])
}

func lasting(size int) session.Record {
	return session.Record{Data: strings.Repeat("x", size), Expires: time.Now().Add(time.Hour)}
}

func heapAlloc() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// mustCreate creates a record that has to be accepted.
func mustCreate(t testing.TB, s *Store, key session.Key, rec session.Record) (version uint64) {
	t.Helper()
	version, err := s.Create(t.Context(), key, rec)
	if err != nil {
		t.Fatal(err)
	}
	return version
}

func mustDelete(t testing.TB, s *Store, key session.Key) {
	t.Helper()
	if err := s.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
}

// TestBytesPerSession holds the store to the budget: 350 bytes of heap for a
// session of 230, with or without a subject.
func TestBytesPerSession(t *testing.T) {
	const n = 200_000
	for name, subject := range map[string]string{"anonymous": "", "subject": "user-123"} {
		t.Run(name, func(t *testing.T) {
			rec := lasting(230)
			rec.Subject = subject
			before := heapAlloc()
			s := New(Options{})
			for i := range n {
				mustCreate(t, s, numbered(i), rec)
			}
			if each := (heapAlloc() - before) / n; each > 350 {
				t.Errorf("%d bytes for each session, want at most 350", each)
			}
			runtime.KeepAlive(s)
		})
	}
}

// TestFreedMemoryIsUsedAgain does a million creates and deletes, in no
// order and with sizes that change over time, which is what makes allocators with
// fixed size classes grow and grow.
func TestFreedMemoryIsUsedAgain(t *testing.T) {
	const (
		phases = 10
		each   = 500_000 / phases
		atOnce = 4000
	)
	s := New(Options{MaxEntries: 2 * atOnce}) // a few shards, well filled
	keys, heap, r := make([]session.Key, atOnce), [phases]int{}, rand.New(rand.NewPCG(1, 1))
	for phase := range heap {
		size := 100 + phase%2*300
		for i := phase * each; i < (phase+1)*each; i++ {
			place := r.IntN(atOnce)
			mustDelete(t, s, keys[place])
			keys[place] = numbered(i)
			mustCreate(t, s, keys[place], lasting(size+i%100))
		}
		heap[phase] = heapAlloc()
	}
	for phase := 2; phase < phases; phase++ {
		if heap[phase] > heap[phase-2]*5/4 {
			t.Errorf("heap of %d bytes in phase %d, %d when sizes were the same before", heap[phase], phase, heap[phase-2])
		}
	}
	for i := range s.shards {
		if a := &s.shards[i].arena; a.dead > a.used/3 {
			t.Errorf("shard %d: %d of %d bytes are dead", i, a.dead, a.used)
		}
	}
	if limit := 2 * atOnce * 500; reserved(s) > limit {
		t.Errorf("segments of %d bytes, want at most %d", reserved(s), limit)
	}
	verify(t, s)
}

// TestNothingMovesInVain: an update that fits stays in its place, and a few dead
// bytes are no reason to move others.
func TestNothingMovesInVain(t *testing.T) {
	s := New(Options{MaxEntries: 100}) // one shard
	sh := &s.shards[0]
	for i := range 3 {
		mustCreate(t, s, numbered(i), lasting(200))
	}
	old, err := s.Load(t.Context(), numbered(1))
	if err != nil {
		t.Fatal(err)
	}
	before := []uint32{sh.entries.at(1).at, sh.entries.at(2).at}
	if _, err := s.Update(t.Context(), numbered(1), old, lasting(199)); err != nil {
		t.Fatal(err)
	}
	mustDelete(t, s, numbered(2))
	for i, at := range before {
		if now := sh.entries.at(uint32(i + 1)).at; now != at {
			t.Errorf("record %d moved from %d to %d", i, at, now)
		}
	}
}

// TestSmallStoreIsSmall: an application with a handful of sessions shouldn't
// pay for a million.
func TestSmallStoreIsSmall(t *testing.T) {
	before := heapAlloc()
	s := New(Options{})
	mustCreate(t, s, "key", lasting(230))
	if got := heapAlloc() - before; got > 64<<10 {
		t.Errorf("%d bytes of heap for one session", got)
	}
	runtime.KeepAlive(s)
}

// TestAllGone: of a store that was big little more than the index is left.
func TestAllGone(t *testing.T) {
	s := New(Options{})
	for i := range 20_000 {
		mustCreate(t, s, numbered(i), lasting(230))
	}
	full := reserved(s)
	for i := range 20_000 {
		mustDelete(t, s, numbered(i))
	}
	if got := reserved(s); got > full/10 {
		t.Errorf("%d bytes of segments in an empty store, %d when it was full", got, full)
	}
	verify(t, s)
}
