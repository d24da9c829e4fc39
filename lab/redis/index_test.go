package redis

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
)

// slack is how long entries stay in an index after the time of their records.
const slack = time.Minute

// An index is that of "somebody" in a store of its own.
type index struct {
	session.SubjectStore

	client rueidis.Client
	name   string
}

// indexes calls test with one on each kind of server.
func indexes(t *testing.T, test func(*testing.T, index)) {
	t.Run("alone", func(t *testing.T) {
		client, prefix := newClient(t, aloneOption()), newPrefix()
		test(t, index{newStore(t, client, prefix), client, prefix + "by:somebody"})
	})
	t.Run("cluster", func(t *testing.T) {
		client, prefix := newClient(t, clusterOption()), newPrefix()
		test(t, index{newCluster(t, client, prefix), client, prefix + "by:somebody"})
	})
}

func (x index) create(t *testing.T, key session.Key, rec session.Record) session.Record {
	t.Helper()
	version, err := x.Create(t.Context(), key, rec)
	must(t, err)
	rec.Version = version
	return rec
}

// holds checks what entries the index has.
func (x index) holds(t *testing.T, want ...string) {
	t.Helper()
	got, err := do(t, x.client, "ZRANGE", x.name, "0", "-1").AsStrSlice()
	must(t, err)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the index holds %q, want %q", got, want)
	}
}

// age lets the time of an entry's record have been over for that long.
func (x index) age(t *testing.T, key session.Key, d time.Duration) {
	t.Helper()
	do(t, x.client, "ZADD", x.name, "XX", strconv.FormatInt(time.Now().Add(-d).UnixMilli(), 10), string(key))
}

// Whoever writes to an index or reads it takes out what is over.
func TestIndexHeals(t *testing.T) {
	indexes(t, func(t *testing.T, x index) {
		for _, key := range []session.Key{"a", "b", "c"} {
			x.create(t, key, record(""))
		}
		x.age(t, "a", slack+time.Second)
		x.age(t, "b", slack/2)
		x.create(t, "d", record(""))
		x.holds(t, "b", "c", "d")
		x.age(t, "c", slack+time.Second)
		_, err := x.BySubject(t.Context(), "somebody")
		must(t, err)
		x.holds(t, "b", "d")
		x.age(t, "b", slack+time.Second)
		x.age(t, "d", slack+time.Second)
		_, err = x.DeleteBySubject(t.Context(), "somebody")
		must(t, err)
		if n, err := do(t, x.client, "EXISTS", x.name).AsInt64(); n != 0 || err != nil {
			t.Errorf("an empty index is there (%v)", err)
		}
	})
}

// An index that nobody looks at goes with its last record, whichever that is.
func TestIndexExpires(t *testing.T) {
	indexes(t, func(t *testing.T, x index) {
		long, short := record(""), record("")
		long.Expires = long.Expires.Add(time.Hour)
		x.create(t, "a", long)
		short = x.create(t, "b", short)
		x.expires(t, long.Expires)
		_, err := session.Touch(t.Context(), x.SubjectStore, "b", short, long.Expires.Add(time.Hour))
		must(t, err)
		x.expires(t, long.Expires.Add(time.Hour))
	})
}

func (x index) expires(t *testing.T, want time.Time) {
	t.Helper()
	got, err := do(t, x.client, "PEXPIRETIME", x.name).AsInt64()
	must(t, err)
	if got != want.Add(slack).UnixMilli() {
		t.Errorf("the index expires at %v, want %v", time.UnixMilli(got), want.Add(slack))
	}
}

// A write that is refused raises an entry's time at most: the record under it, which
// lives longer, must not lose its entry.
func TestIndexOfTheWinner(t *testing.T) {
	indexes(t, func(t *testing.T, x index) {
		old := x.create(t, "a", record("one"))
		long := record("two")
		long.Expires = long.Expires.Add(time.Hour)
		_, err := x.Update(t.Context(), "a", old, long)
		must(t, err)
		if _, err := x.Update(t.Context(), "a", old, record("three")); err == nil {
			t.Error("two updates over one record")
		}
		score, err := do(t, x.client, "ZSCORE", x.name, "a").AsInt64()
		must(t, err)
		if score != long.Expires.UnixMilli() {
			t.Errorf("the entry's time is over at %v, that of the record at %v", time.UnixMilli(score), long.Expires)
		}
	})
}

// A record that ends takes its entry with it where one script does both.
func TestIndexOfTheEnded(t *testing.T) {
	client, prefix := newClient(t, aloneOption()), newPrefix()
	x := index{newStore(t, client, prefix), client, prefix + "by:somebody"}
	old := x.create(t, "a", record("one"))
	dead := old
	dead.Expires = time.UnixMilli(0)
	_, err := x.Update(t.Context(), "a", old, dead)
	must(t, err)
	x.holds(t)
}

// Whoever names another subject than the record's can't move its expiry: it would
// outlive its entry.
func TestTouchOfAnotherSubject(t *testing.T) {
	indexes(t, func(t *testing.T, x index) {
		old := x.create(t, "a", record("one"))
		for _, subject := range []string{"", "somebod", "somebody else"} {
			wrong := old
			wrong.Subject = subject
			if _, err := session.Touch(t.Context(), x.SubjectStore, "a", wrong, old.Expires.Add(time.Hour)); err == nil {
				t.Errorf("subject %q: no error", subject)
			}
		}
		rec, err := x.Load(t.Context(), "a")
		must(t, err)
		if rec != old {
			t.Error("the record has changed")
		}
	})
}
