package filestore

import (
	"context"
	"path"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

func markOf(subject string, key session.Key) string {
	return path.Join(subjectFolder(idOf(subject)), idOf(key).String())
}

func countBySubject(t *testing.T, s *Store, subject string) int {
	t.Helper()
	found, err := s.BySubject(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

func deleteBySubject(t *testing.T, s *Store, subject string, want int, except ...session.Key) {
	t.Helper()
	if n, err := s.DeleteBySubject(t.Context(), subject, except...); n != want || err != nil {
		t.Errorf("DeleteBySubject: %d, %v, want %d", n, err, want)
	}
}

// The mark follows the record, and nothing is left when the record goes.
func TestMarks(t *testing.T) {
	s := quick(t)
	old := create(t, s, "key", in(time.Hour, "one", "alice"))
	wantFiles(t, s, "subjects", markOf("alice", "key"))

	v, err := s.Update(t.Context(), "key", old, in(time.Hour, "two", "bob"))
	if err != nil {
		t.Fatal(err)
	}
	wantFiles(t, s, "subjects", markOf("bob", "key"))

	old = session.Record{Version: v}
	if err := s.Touch(t.Context(), "key", old, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, s, ".")
	if _, err := s.root.Lstat(subjectFolder(idOf("bob"))); err == nil {
		t.Error("the subject's folder is still there")
	}
}

// A program that dies between the mark and the record leaves a mark that is
// nobody's: it does no harm, and whoever comes by takes it away.
func TestMarkWithoutRecord(t *testing.T) {
	s := quick(t)
	leave := func() {
		if err := s.mark(t.Context(), "alice", idOf("key")); err != nil {
			t.Fatal(err)
		}
	}
	leave()
	if n := countBySubject(t, s, "alice"); n != 0 {
		t.Errorf("BySubject: %d records", n)
	}
	deleteBySubject(t, s, "alice", 0)
	wantFiles(t, s, ".")
	leave()
	create(t, s, "other", in(time.Hour, "", "bob"))
	if n, err := s.Sweep(t.Context(), 10); n != 0 || err != nil {
		t.Errorf("Sweep: %d, %v", n, err)
	}
	wantFiles(t, s, "subjects", markOf("bob", "other"))
}

// A program that dies after it has written over a record leaves the mark of the
// former subject: the record has the last word.
func TestMarkOfFormerSubject(t *testing.T) {
	s := quick(t)
	create(t, s, "key", in(time.Hour, "one", "bob"))
	if err := s.mark(t.Context(), "alice", idOf("key")); err != nil {
		t.Fatal(err)
	}
	if n := countBySubject(t, s, "alice"); n != 0 {
		t.Errorf("BySubject: %d records", n)
	}
	deleteBySubject(t, s, "alice", 0)
	wantData(t, s, "key", "one")
	wantFiles(t, s, "subjects", markOf("bob", "key"))
}

// R23: a record that can't be read, here perhaps by an older version of the
// program only, is ended with its subject's others.
func TestDeleteBySubjectEndsUnreadable(t *testing.T) {
	s := quick(t)
	create(t, s, "key", in(time.Hour, "one", "alice"))
	create(t, s, "kept", in(time.Hour, "two", "alice"))
	newer := fileOf(t, s, "key")
	newer[len(magic)]++
	damage(t, s, "key", newer)
	if n := countBySubject(t, s, "alice"); n != 1 {
		t.Errorf("BySubject: %d records, want the readable one", n)
	}
	deleteBySubject(t, s, "alice", 1, "kept")
	_, err := s.Load(t.Context(), "key")
	wantErr(t, "Load", err, session.ErrNotFound)
	wantFiles(t, s, "subjects", markOf("alice", "kept"))
}

// One that can't be deleted doesn't save the others.
func TestDeleteBySubjectGoesOn(t *testing.T) {
	s := quick(t)
	for _, key := range []session.Key{"a", "b", "c"} {
		create(t, s, key, in(time.Hour, "one", "alice"))
	}
	stuck := idOf("b").path()
	if err := s.root.Remove(stuck); err != nil {
		t.Fatal(err)
	}
	if err := s.root.MkdirAll(stuck+"/x", 0o700); err != nil {
		t.Fatal(err)
	}
	n, err := s.DeleteBySubject(t.Context(), "alice")
	if n != 2 || err == nil {
		t.Errorf("DeleteBySubject: %d, %v, want 2 and an error", n, err)
	}
	wantFiles(t, s, "subjects", markOf("alice", "b"))
}

// R23: sessions move to other keys, through two stores, while all are ended.
// When that is done none is left.
func TestDeleteBySubjectDuringRotations(t *testing.T) {
	a := quick(t)
	b := open(t, a.root.Name(), Options{NoSync: true})
	for round := range 20 {
		key := session.Key(rune('A' + round))
		old := create(t, a, key, in(time.Hour, "", "alice"))
		var wg sync.WaitGroup
		start := make(chan struct{})
		wg.Go(func() {
			<-start
			rotate(t.Context(), b, key, old, 30)
		})
		wg.Go(func() {
			<-start
			if _, err := a.DeleteBySubject(t.Context(), "alice"); err != nil {
				t.Error(err)
			}
		})
		close(start)
		wg.Wait()
		if n := countBySubject(t, a, "alice"); n != 0 {
			t.Fatalf("round %d: %d records left", round, n)
		}
	}
}

// rotate moves a session n times, until it is ended.
func rotate(ctx context.Context, s *Store, key session.Key, old session.Record, n int) {
	for range n {
		over := old
		over.Expires = time.Now().Add(-time.Hour)
		newKey := key + "x"
		v, err := session.Replace(ctx, s, key, old, over, newKey, old)
		if err != nil {
			return
		}
		key, old.Version = newKey, v
	}
}

// A logout whose time runs out while the index is locked has ended the session,
// and says so.
func TestEndedThoughIndexIsLocked(t *testing.T) {
	s := quick(t)
	create(t, s, "key", in(time.Hour, "one", "alice"))
	unlock, err := s.subjects[idOf("alice")[0]].lock.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.Delete(ctx, "key"); err != nil {
		t.Error(err)
	}
	unlock()
	wantFiles(t, s, ".", markOf("alice", "key"))
	deleteBySubject(t, s, "alice", 0)
	wantFiles(t, s, ".")
}

// An expired record is not counted, and goes with the others.
func TestDeleteBySubjectTakesExpired(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir, Options{NoSync: true})
		create(t, s, "short", in(time.Minute, "", "alice"))
		create(t, s, "long", in(time.Hour, "", "alice"))
		time.Sleep(time.Minute)
		if n := countBySubject(t, s, "alice"); n != 1 {
			t.Errorf("BySubject: %d records, want 1", n)
		}
		deleteBySubject(t, s, "alice", 1)
		wantFiles(t, s, ".")
	})
}
