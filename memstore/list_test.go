package memstore

import (
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// TestListWhileOthersComeAndGo: between the pages half of the records are
// deleted, others come, and those that stay are rewritten with other sizes, so
// that their bytes move. Each that stays is listed once.
func TestListWhileOthersComeAndGo(t *testing.T) {
	const n = 3000
	s := New(Options{})
	for i := range n {
		mustCreate(t, s, numbered(i), lasting(100))
	}
	seen := map[session.Key]int{}
	cursor, pages := "", 0
	for done := false; !done; done = cursor == "" {
		page, next, err := s.List(t.Context(), cursor, 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			seen[e.Key]++
		}
		churn(t, s, pages)
		cursor = next
		pages++
	}
	for i := 1; i < n; i += 2 {
		if got := seen[numbered(i)]; got != 1 {
			t.Errorf("record %d listed %d times", i, got)
		}
	}
}

// churn deletes twenty even records, creates twenty others and rewrites twenty
// odd ones.
func churn(t *testing.T, s *Store, round int) {
	for i := round * 20; i < round*20+20; i++ {
		mustDelete(t, s, numbered(2*i))
		mustCreate(t, s, numbered(1_000_000+i), lasting(300))
		key := numbered(2*i + 1)
		old, err := s.Load(t.Context(), key)
		if err != nil {
			continue // past the last one
		}
		if _, err := s.Update(t.Context(), key, old, lasting(50+round)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestForeignCursor(t *testing.T) {
	s := New(Options{})
	mustCreate(t, s, "key", lasting(1))
	for _, cursor := range []string{"x", "1", "1.", ".1", "64.1", "0.0", "-1.1", "1.4294967296", "1.1.1"} {
		if _, _, err := s.List(t.Context(), cursor, 10); err == nil {
			t.Errorf("cursor %q accepted", cursor)
		}
	}
}

// TestListSkipsTheDead: dead records are not listed, nor do they make a page
// look like the last.
func TestListSkipsTheDead(t *testing.T) {
	s := New(Options{MaxEntries: 1000}) // one shard
	for i := range 600 {
		rec := lasting(1)
		if i < 500 {
			rec.Expires = time.Now().Add(-time.Second)
		}
		s.shards[0].entries.take() // a free entry, as a deleted record leaves it
		mustCreate(t, s, numbered(i), rec)
	}
	page, next, err := s.List(t.Context(), "", 1000)
	if len(page) != 100 || next != "" || err != nil {
		t.Errorf("%d records, next %q, %v; want the 100 live ones", len(page), next, err)
	}
}
