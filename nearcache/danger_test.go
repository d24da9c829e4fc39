package nearcache_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// A delete that has returned is seen at once by a process that has the record in
// its cache, and takes no longer than the messages do.
func TestDeleteIsSeen(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a, b, _ := f.two()
		took, err := a.deleting(key)()
		must(t, err)
		b.gone(key)
		if took != 0 {
			t.Errorf("it took %v", took)
		}
	})
}

// A fill never overtakes a delete: what was read before isn't kept after.
func TestFillOvertaken(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		ps := f.ready(2)
		a, b := ps[0], ps[1]
		a.create(key, "one")
		release := f.base.hold(f.base.after, "load")
		load := begin(func() error { _, err := b.Load(t.Context(), key); return err })
		_, err := a.deleting(key)()
		must(t, err)
		synctest.Wait() // the end of the change has been told, too
		release()
		_, err = load()
		must(t, err) // it began before the delete
		b.gone(key)
	})
}

// The same for all records of a subject, which isn't known before the base answers.
func TestFillOvertakenBySubject(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		ps := f.ready(2)
		a, b := ps[0], ps[1]
		a.create(key, "one")
		write := f.base.hold(f.base.before, "delete by subject")
		end := begin(func() error { _, err := a.DeleteBySubject(t.Context(), "ann"); return err })
		for range 2 {
			if b.hit(key) {
				t.Error("a record was kept whose subject is being ended")
			}
		}
		read := f.base.hold(f.base.after, "load")
		load := begin(func() error { _, err := b.Load(t.Context(), key); return err })
		write()
		_, err := end()
		must(t, err)
		synctest.Wait()
		read()
		_, err = load()
		must(t, err)
		b.gone(key)
	})
}

// A process whose connection is dead, without knowing it, serves on until its lease
// is over. The writer returns only after that.
func TestSilentlyDead(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a, b, _ := f.two()
		b.line.dead()
		wait := a.deleting(key)
		time.Sleep(lease / 2)
		if !b.hit(key) {
			t.Error("it doesn't serve in its lease, so this tests nothing")
		}
		took, err := wait()
		must(t, err)
		b.gone(key)
		if took > over {
			t.Errorf("it took %v", took)
		}
		b.line.alive()
		synctest.Wait()
		b.gone(key)
	})
}

// A process that hears nothing for long, and that the others have forgotten, begins
// anew: they may have thought they were alone, and have told nobody.
func TestForgottenAndBack(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a, b, _ := f.two()
		b.line.dead()
		b.line.mute.Store(true)
		time.Sleep(10*lease + time.Millisecond) // between two heartbeats
		before := a.line.posts.Load()
		took, err := a.deleting(key)()
		must(t, err)
		if took != 0 || a.line.posts.Load() != before {
			t.Errorf("the only process took %v and posted", took)
		}
		b.line.alive()
		b.line.mute.Store(false)
		for range 50 {
			time.Sleep(lease / 10)
			b.gone(key)
		}
	})
}

// A process that joins during a slow write may have read what was there before.
func TestJoinDuringWrite(t *testing.T) {
	for name, alone := range map[string]bool{"alone": true, "among others": false} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fleet) {
				a := f.ready(1)[0]
				if !alone {
					f.ready(1)
				}
				a.create(key, "one")
				release := f.base.hold(f.base.before, "delete")
				wait := a.deleting(key)
				b := f.ready(1)[0]
				b.cached(key)
				release()
				_, err := wait()
				must(t, err)
				b.gone(key)
			})
		})
	}
}

// After a crash, writes wait until the lease of the process is over, and then no
// more.
func TestCrash(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a, b, rec := f.two()
		b.crash()
		took, err := begin(func() error { return a.Touch(t.Context(), key, rec, rec.Expires) })()
		must(t, err)
		if took == 0 || took > over {
			t.Errorf("the first write took %v", took)
		}
		took, err = a.deleting(key)()
		must(t, err)
		if took != 0 {
			t.Errorf("the next write took %v", took)
		}
	})
}

// Nobody waits for a process that has said goodbye.
func TestGoodbye(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a := f.ready(1)[0]
		b := f.starting()
		must(t, b.Ready(t.Context()))
		a.create(key, "one")
		b.stop()
		synctest.Wait()
		took, err := a.deleting(key)()
		must(t, err)
		if took != 0 {
			t.Errorf("it took %v", took)
		}
	})
}

// A process that doesn't run its cache can't know the others, and waits for a whole
// lease.
func TestBlindWriter(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		b := f.ready(1)[0]
		b.create(key, "one")
		b.cached(key)
		b.line.dead()
		took, err := f.idle().deleting(key)()
		must(t, err)
		b.gone(key)
		if took != over {
			t.Errorf("it took %v, want %v", took, over)
		}
	})
}

// While the bus is down nothing is changed and nothing is served from caches; when
// it is back all is as before.
func TestBusDown(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a, b, rec := f.two()
		a.line.mute.Store(true)
		err := a.Delete(t.Context(), key)
		if !errors.Is(err, errDown) || errors.Is(err, session.ErrConflict) || errors.Is(err, session.ErrNotFound) {
			t.Errorf("Delete: %v", err)
		}
		if got, err := f.base.Load(t.Context(), key); err != nil || got.Version != rec.Version {
			t.Errorf("the base was changed: %v", err)
		}
		time.Sleep(2 * lease)
		if a.Stats().InService || !b.Stats().InService {
			t.Error("who hears his own heartbeats is in service, and nobody else")
		}
		if a.hit(key) {
			t.Error("served from the cache without the bus")
		}
		a.line.mute.Store(false)
		must(t, a.Ready(t.Context()))
		a.cached(key)
	})
}

// A write whose context ends while it waits has changed nothing.
func TestContextEndsWaiting(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a, b, _ := f.two()
		b.line.dead()
		ctx, cancel := context.WithTimeout(t.Context(), lease/2)
		defer cancel()
		if err := a.Delete(ctx, key); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Delete: %v", err)
		}
		if _, err := f.base.Load(t.Context(), key); err != nil {
			t.Errorf("the base was changed: %v", err)
		}
		b.line.alive()
		synctest.Wait()
		b.cached(key)
	})
}

// News that the connection was lost may come while the base is asked.
func TestEpochEndsDuringFill(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		ps := f.ready(2)
		a, b := ps[0], ps[1]
		a.create(key, "one")
		release := f.base.hold(f.base.after, "load")
		load := begin(func() error { _, err := b.Load(t.Context(), key); return err })
		f.bus.Cut()
		synctest.Wait()
		must(t, f.base.Store.Delete(t.Context(), key))
		must(t, b.Ready(t.Context()))
		release()
		_, err := load()
		must(t, err)
		b.gone(key)
	})
}

// A lost connection empties the cache.
func TestEpochEnds(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		_, b, _ := f.two()
		f.bus.Cut()
		synctest.Wait()
		if s := b.Stats(); s.InService || s.Entries != 0 || s.Bytes != 0 {
			t.Errorf("%+v", s)
		}
		must(t, b.Ready(t.Context()))
		b.cached(key)
	})
}

// News of others' changes come in no order with the messages, and beat a fill too.
func TestChanged(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		_, b, _ := f.two()
		tell := b.line.listener()
		for name, news := range map[string]func(){
			"one": func() { tell.Changed(key) },
			"all": tell.ChangedAll,
		} {
			b.cached(key)
			news()
			release := f.base.hold(f.base.after, "load")
			load := begin(func() error { _, err := b.Load(t.Context(), key); return err })
			news()
			release()
			_, err := load()
			must(t, err)
			if b.hit(key) {
				t.Errorf("%s: kept what was read before the news", name)
			}
		}
	})
}

// Two writers of one process: what the slower one wrote isn't kept after the
// other's change.
func TestOwnWrites(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a := f.ready(1)[0]
		rec := a.create(key, "one")
		release := f.base.hold(f.base.after, "update")
		update := begin(func() error { _, err := a.Update(t.Context(), key, rec, rec); return err })
		_, err := a.deleting(key)()
		must(t, err)
		release()
		_, err = update()
		must(t, err)
		a.gone(key)
	})
}

// The same when the other one has begun before, and changes the base after.
func TestOwnWritesCrossed(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a := f.ready(1)[0]
		rec := a.create(key, "one")
		write := f.base.hold(f.base.before, "delete")
		end := a.deleting(key)
		_, err := a.Update(t.Context(), key, rec, rec)
		must(t, err)
		if a.hit(key) {
			t.Error("kept what is being deleted")
		}
		write()
		_, err = end()
		must(t, err)
		a.gone(key)
	})
}

// What a process has written it needn't read.
func TestWritesAreKept(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a := f.ready(1)[0]
		rec := a.create(key, "one")
		if !a.hit(key) {
			t.Error("not kept after Create")
		}
		next := session.Record{Data: "two", Subject: "bob", Expires: rec.Expires.Add(time.Microsecond)}
		_, err := a.Update(t.Context(), key, rec, next)
		must(t, err)
		if !a.hit(key) {
			t.Error("not kept after Update")
		}
		kept, err := a.Load(t.Context(), key)
		must(t, err)
		if want, err := f.base.Load(t.Context(), key); err != nil || kept != want {
			t.Errorf("kept %+v, the base has %+v (%v)", kept, want, err)
		}
	})
}

// A write that may still be done keeps the record out of all caches for a while.
func TestUnknownOutcome(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a, b, _ := f.two()
		f.base.fails["delete"] = errDown
		if err := a.Delete(t.Context(), key); !errors.Is(err, errDown) {
			t.Error(err)
		}
		delete(f.base.fails, "delete")
		must(t, errOf(f.base.Create(t.Context(), key, session.Record{Expires: time.Now().Add(time.Hour)})))
		for range 2 {
			if a.hit(key) || b.hit(key) {
				t.Fatal("kept a record that may still be deleted")
			}
		}
		time.Sleep(40 * lease)
		must(t, a.Delete(t.Context(), "another"))
		b.cached(key)
	})
}

func errOf[T any](_ T, err error) error { return err }

// While a machine sleeps its monotonic clock stands still, and others' leases for it
// end. It must notice when it wakes, before it has heard anything.
func TestSuspended(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a, b, _ := f.two()
		b.line.dead()
		b.line.mute.Store(true)
		took, err := a.deleting(key)()
		must(t, err)
		b.asleep.Store(int64(took))
		b.gone(key)
	})
}

// Messages of others on the same channel do no harm.
func TestForeignMessages(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		_, b, _ := f.two()
		for _, message := range []string{
			"", " ", "beat", "beat x", "beat x y", "beat x -1", "beat x 1", "beat x 1 2 3", "beat x 1 y", "bye x", "ack", "ack x", "ack x y",
			"open", "open x", "close", "close x", "close x y", "close x y k!", "close x y z", "close x y ", "hello world",
		} {
			must(t, f.bus.Post(t.Context(), message))
		}
		synctest.Wait()
		if !b.hit(key) {
			t.Error("the record is gone from the cache")
		}
	})
}

// A name for which a message has no room closes everything.
func TestLongKey(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		a, b, _ := f.two()
		long := session.Key(strings.Repeat("k", 5000))
		a.create(long, "one")
		b.cached(long)
		_, err := a.deleting(long)()
		must(t, err)
		b.gone(long)
		synctest.Wait()
		b.cached(key)
	})
}

// A newcomer isn't in service until the changes that it can't have heard of are done.
func TestNewcomer(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fleet) {
		ps := f.ready(2)
		ps[0].create(key, "one")
		release := f.base.hold(f.base.before, "delete")
		wait := ps[0].deleting(key)
		b := f.starting()
		time.Sleep(lease)
		for range 2 {
			if b.hit(key) {
				t.Error("it uses its cache")
			}
		}
		release()
		took, err := wait()
		must(t, err)
		if took != lease {
			t.Errorf("it took %v", took)
		}
		b.gone(key)
	})
}
