package djangostore

import (
	"context"
	"errors"
	"flag"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

var raceFor = flag.Duration("racefor", 100*time.Millisecond, "how long both sides write to each session in TestWriters")

// Django ends or changes a session that Go has read: Go's write is refused, and what
// Django did stays.
func TestDjangoWritesBeforeGo(t *testing.T) {
	eachPair(t, kinds, func(t *testing.T, p pair) {
		key := p.app.fill(2).Key
		payload := p.get(t, key)
		saved := p.app.put(key, "x", 1)
		if err := p.store.Swap(t.Context(), key, payload, payload, week); !errors.Is(err, session.ErrConflict) {
			t.Errorf("Swap after a save: %v", err)
		}
		p.sees(t, "Django's save is left", key, saved.Dict)
		payload = p.get(t, key)
		p.same(t, "Go sees it", p.app.parse(payload), saved.Dict)
		p.app.end(key)
		if err := p.store.Swap(t.Context(), key, payload, payload, week); !errors.Is(err, session.ErrNotFound) {
			t.Errorf("Swap after the end: %v", err)
		}
		p.gone(t, key)
		if p.app.look(key).There {
			t.Error("Go has brought it back")
		}
	})
}

// What Go has put into the cache is a session for Django, and no entry while Go writes.
func TestDjangoReadsEntries(t *testing.T) {
	eachPair(t, some("cached_db"), func(t *testing.T, p pair) {
		first := p.app.fill(1)
		p.app.do("forget", map[string]any{"key": first.Key})
		p.get(t, first.Key) // fills
		_, err := databases[p.kind.database].ExecContext(t.Context(), "DELETE FROM django_session")
		check(t, err)
		p.sees(t, "Django reads Go's entry", first.Key, first.Dict)
	})
}

// Two writers of Go's and one of Django's count in one session. Go loses nothing of its
// own, and nothing of Django's.
func TestWriters(t *testing.T) {
	eachPair(t, kinds, func(t *testing.T, p pair) {
		p.writers(t, false)
		p.writers(t, true)
	})
}

func (p pair) writers(t *testing.T, withDjango bool) {
	t.Helper()
	const key = "counted0counted0counted0counted0"
	check(t, p.store.Delete(t.Context(), key), p.store.Add(t.Context(), key, p.app.make(0).Payload, week))
	ctx, cancel := context.WithTimeout(t.Context(), *raceFor)
	defer cancel()
	var writes atomic.Int64
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() { p.count(ctx, t, key, &writes) })
	}
	var inDjango said
	if withDjango {
		inDjango = p.app.do("race", map[string]any{"key": key, "seconds": raceFor.Seconds()})
	}
	all.Wait()
	last := int64(p.other.bump(p.get(t, key), "go").Counts["go"] - 1)
	t.Logf("Go wrote %d times, Django %d times and overwrote %d of Go's", writes.Load(), inDjango.Writes, writes.Load()-last)
	if !withDjango && last != writes.Load() {
		t.Errorf("Go wrote %d times, and the count is %d", writes.Load(), last)
	}
	if writes.Load() == 0 || withDjango && inDjango.Writes == 0 {
		t.Error("somebody didn't write at all")
	}
	if inDjango.Lost == 0 {
		return
	}
	if p.kind.loose() {
		t.Logf("%d of Django's were lost", inDjango.Lost)
	} else {
		t.Errorf("Go overwrote %d of Django's", inDjango.Lost)
	}
}

// loose tells whether a write of Django's can be lost: among files, where Go can have no
// condition against Django, and by Django itself, whose DatabaseCache says nothing when
// SQLite refuses a write for the sake of another.
func (k kind) loose() bool {
	return k.engine == "file" || k.cache == "filecache" || k.cache == "dbcache" && k.database == "sqlite"
}

// count adds one again and again, as an engine does: on a conflict it reads anew. It goes
// on until somebody has won, if need be when Django is through.
func (p pair) count(ctx context.Context, t *testing.T, key string, writes *atomic.Int64) {
	for ctx.Err() == nil || writes.Load() == 0 {
		payload, err := p.store.Get(t.Context(), key)
		if err == nil {
			err = p.store.Swap(t.Context(), key, payload, p.other.bump(payload, "go").Payload, week)
		}
		switch {
		case err == nil:
			writes.Add(1)
		case !errors.Is(err, session.ErrConflict):
			t.Error(err)
			return
		}
	}
}
