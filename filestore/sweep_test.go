package filestore

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

func sweep(t *testing.T, s *Store, limit, want int) {
	t.Helper()
	if n, err := s.Sweep(t.Context(), limit); n != want || err != nil {
		t.Errorf("Sweep(%d): %d, %v, want %d", limit, n, err, want)
	}
}

// Calls go on where the last one stopped, and end with nothing but live records.
func TestSweepInSteps(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir, Options{NoSync: true})
		for n := range 25 {
			create(t, s, session.Key(fmt.Sprint("short", n)), in(time.Minute, "", fmt.Sprint(n)))
		}
		create(t, s, "long", in(time.Hour, "", "alice"))
		sweep(t, s, 10, 0)
		time.Sleep(time.Minute)
		sweep(t, s, 0, 0)
		sweep(t, s, 10, 10)
		sweep(t, s, 10, 10)
		sweep(t, s, 10, 5)
		wantFiles(t, s, ".", idOf("long").path(), markOf("alice", "long"))
	})
}

// A record whose expiry is moved between the look at it and the lock stays.
func TestSweepLooksAgain(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir, Options{NoSync: true})
		i := idOf("key")
		create(t, s, "key", in(time.Minute, "one", ""))
		time.Sleep(time.Minute)
		unlock, err := s.records[i[0]].lock.Lock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		swept := make(chan int)
		go func() {
			n, err := s.Sweep(t.Context(), 1)
			if err != nil {
				t.Error(err)
			}
			swept <- n
		}()
		synctest.Wait() // Sweep has seen the expired one, and waits for the lock
		if err := s.put(t.Context(), "key", session.Record{}, in(time.Hour, "two", "")); err != nil {
			t.Error(err)
		}
		unlock()
		if n := <-swept; n != 0 {
			t.Errorf("Sweep: %d", n)
		}
		wantData(t, s, "key", "two")
	})
}

// A bit that makes a live record look expired doesn't get it deleted.
func TestSweepLeavesDamaged(t *testing.T) {
	s := quick(t)
	create(t, s, "key", in(time.Hour, "one", ""))
	b := fileOf(t, s, "key")
	b[20] ^= 0x80 // the sign of the expiry
	damage(t, s, "key", b)
	sweep(t, s, 10, 0)
	if string(fileOf(t, s, "key")) != string(b) {
		t.Error("the damaged file was changed")
	}
}

// What a crash left half written goes after an hour, and not while it may still
// be being written. Files of others are left alone.
func TestSweepTemporaryFiles(t *testing.T) {
	s := quick(t)
	create(t, s, "key", in(time.Hour, "one", ""))
	folder := idOf("key").folder()
	file := func(name string, age time.Duration) string {
		path := filepath.Join(s.root.Name(), folder, name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
		return folder + "/" + name
	}
	file("tmp-old", tmpAge+time.Minute)
	young := file("tmp-young", tmpAge-time.Minute)
	foreign := file("zz-README", 2*tmpAge)
	sweep(t, s, 10, 0)
	wantFiles(t, s, folder, idOf("key").path(), young, foreign)
}

// A record that can't be deleted is told of, and doesn't stop the sweeping.
func TestSweepGoesOn(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir, Options{NoSync: true})
		for n := range 10 {
			create(t, s, session.Key(fmt.Sprint(n)), in(time.Minute, "", ""))
		}
		time.Sleep(time.Minute)
		lock := idOf("5").folder() + "/lock"
		if err := s.root.Remove(lock); err != nil {
			t.Fatal(err)
		}
		if err := s.root.Mkdir(lock, 0o700); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Sweep(t.Context(), 100); n != 9 || err == nil {
			t.Errorf("Sweep: %d, %v, want 9 and an error", n, err)
		}
	})
}
