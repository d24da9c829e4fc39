package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/sqlcommon"
)

var errDisk = errors.New("disk on fire")

// acts are all that a store does, by what its errors call it.
var acts = map[string]func(context.Context, *Store) error{
	"load": func(ctx context.Context, s *Store) error {
		_, err := s.Load(ctx, "key")
		return err
	},
	"create": func(ctx context.Context, s *Store) error {
		_, err := s.Create(ctx, "key", session.Record{})
		return err
	},
	"update": func(ctx context.Context, s *Store) error {
		_, err := s.Update(ctx, "key", session.Record{}, session.Record{})
		return err
	},
	"touch": func(ctx context.Context, s *Store) error {
		return s.Touch(ctx, "key", session.Record{}, time.Now())
	},
	"replace": func(ctx context.Context, s *Store) error {
		_, err := s.Replace(ctx, "key", session.Record{}, session.Record{}, "new", session.Record{})
		return err
	},
	"delete": func(ctx context.Context, s *Store) error {
		return s.Delete(ctx, "key")
	},
	"sweep": func(ctx context.Context, s *Store) error {
		_, err := s.Sweep(ctx, 3)
		return err
	},
	"by subject": func(ctx context.Context, s *Store) error {
		_, err := s.BySubject(ctx, "somebody")
		return err
	},
	"delete by subject": func(ctx context.Context, s *Store) error {
		_, err := s.DeleteBySubject(ctx, "somebody", "a", "b")
		return err
	},
	"list": func(ctx context.Context, s *Store) error {
		_, _, err := s.List(ctx, "", 10)
		return err
	},
	"create schema": func(ctx context.Context, s *Store) error {
		return s.CreateSchema(ctx)
	},
	"check": func(ctx context.Context, s *Store) error {
		return s.Check(ctx)
	},
}

// work is a database where all goes well.
func work(call, text string) (answer, error) {
	var rows [][]driver.Value
	live := []driver.Value{int64(math.MaxInt64), int64(1), "somebody", []byte("data")}
	switch {
	case strings.HasPrefix(text, "SELECT id"):
		rows = append(rows, slices.Insert(live, 0, driver.Value([]byte("key"))))
	case strings.HasPrefix(text, "SELECT expires"):
		rows = append(rows, live)
	case strings.HasPrefix(text, "SELECT name"):
		for _, column := range layout {
			rows = append(rows, []driver.Value{column})
		}
	}
	return answer{changed: 1, rows: rows}, nil
}

// Whichever of its calls fails, an act returns the driver's error, and says what
// it was doing. An update that changes nothing asks why: that call fails too.
func TestErrorsOfTheDriver(t *testing.T) {
	for name, act := range acts {
		for _, changed := range []int64{0, 1} {
			for failing := 1; failCall(t, name, act, failing, changed); failing++ {
			}
		}
	}
}

// failCall lets one call of an act fail, and tells whether there was that call.
func failCall(t *testing.T, name string, act func(context.Context, *Store) error, failing int, changed int64) bool {
	t.Helper()
	n, failed := 0, ""
	s := fakeStore(t, func(call, text string) (answer, error) {
		if call == "rollback" || call == "close" {
			return answer{}, nil // nobody waits for what comes of these
		}
		if n++; n == failing {
			failed = call + " " + text
			return answer{}, errDisk
		}
		a, err := work(call, text)
		a.changed = changed
		return a, err
	})
	err := act(t.Context(), s)
	if failed == "" {
		return false
	}
	if !errors.Is(err, errDisk) || isSentinel(err) || !strings.HasPrefix(err.Error(), "sqlstore: "+name+": ") && name != "create schema" {
		t.Errorf("%s, where this fails: %s\nerror: %v", name, failed, err)
	}
	return true
}

func isSentinel(err error) bool {
	return errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrConflict) || errors.Is(err, session.ErrBroken)
}

// Some drivers return an error of their own when the context is done.
func TestErrorOfTheContext(t *testing.T) {
	for name, act := range acts {
		ctx, cancel := context.WithCancel(t.Context())
		err := act(ctx, fakeStore(t, func(call, text string) (answer, error) {
			if call == "rollback" {
				return answer{}, nil
			}
			cancel()
			return answer{}, errDisk
		}))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want %v too", name, err, context.Canceled)
		}
	}
}

// A write that succeeds is one statement; only one that doesn't asks why.
func TestUpdateIsOneStatement(t *testing.T) {
	for changed, want := range map[int64][]string{
		1: {"prepare", "exec"},
		0: {"prepare", "exec", "prepare", "query"},
	} {
		var calls []string
		s := fakeStore(t, func(call, text string) (answer, error) {
			calls = append(calls, call)
			a, err := work(call, text)
			a.changed = changed
			return a, err
		})
		_, _ = s.Update(t.Context(), "key", session.Record{}, session.Record{})
		if !slices.Equal(calls, want) {
			t.Errorf("Update that changes %d rows: %q, want %q", changed, calls, want)
		}
	}
}

func TestReplaceIsOneTransaction(t *testing.T) {
	var calls []string
	s := fakeStore(t, func(call, text string) (answer, error) {
		if call != "prepare" && call != "close" {
			calls = append(calls, call)
		}
		return work(call, text)
	})
	if err := acts["replace"](t.Context(), s); err != nil {
		t.Error(err)
	}
	if want := []string{"begin", "exec", "exec", "commit"}; !slices.Equal(calls, want) {
		t.Errorf("Replace: %q, want %q", calls, want)
	}
}

// Two that move sessions to each other's keys lock in the same order.
func TestReplaceInOrderOfKeys(t *testing.T) {
	for newKey, want := range map[session.Key][]string{"a": {"INSERT", "UPDATE"}, "z": {"UPDATE", "INSERT"}} {
		var verbs []string
		s := fakeStore(t, func(call, text string) (answer, error) {
			if call == "exec" {
				verb, _, _ := strings.Cut(text, " ")
				verbs = append(verbs, verb)
			}
			return work(call, text)
		})
		if _, err := s.Replace(t.Context(), "key", session.Record{}, session.Record{}, newKey, session.Record{}); err != nil {
			t.Error(err)
		}
		if !slices.Equal(verbs, want) {
			t.Errorf("Replace of %q by %q: %q, want %q", "key", newKey, verbs, want)
		}
	}
}

// A DELETE may miss what a Replace puts there meanwhile. The dead rows, which go
// first, aren't counted.
func TestDeleteBySubjectUntilNoneIsLeft(t *testing.T) {
	left, dead := 2, int64(100)
	s := fakeStore(t, func(call, text string) (answer, error) {
		switch {
		case call == "query" && left > 0:
			left--
			return answer{rows: [][]driver.Value{{int64(1)}}}, nil
		case strings.Contains(text, "expires + 0 <= ?"):
			return answer{changed: dead}, nil
		}
		return answer{changed: 1}, nil
	})
	n, err := s.DeleteBySubject(t.Context(), "somebody")
	if n != 3 || err != nil {
		t.Errorf("DeleteBySubject: %d, %v, want one in each of 3 passes", n, err)
	}
}

// A sweep that is cancelled between batches tells what it has done.
func TestSweepCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	batches := 0
	s := fakeStore(t, func(call, _ string) (answer, error) {
		if call == "exec" {
			if batches++; batches == 2 {
				cancel()
			}
		}
		return answer{changed: sqlcommon.FewRows}, nil
	})
	n, err := s.Sweep(ctx, 10*sqlcommon.FewRows)
	if n != 2*sqlcommon.FewRows || !errors.Is(err, context.Canceled) {
		t.Errorf("Sweep: %d, %v, want %d, %v", n, err, 2*sqlcommon.FewRows, context.Canceled)
	}
}

func TestNew(t *testing.T) {
	db := sql.OpenDB(&fakeDB{work})
	for name, c := range map[string]struct {
		db   *sql.DB
		d    Dialect
		o    Options
		want string
	}{
		"no database": {nil, SQLite, Options{}, "sqlstore: new: no database"},
		"no dialect":  {db, Dialect{}, Options{}, "sqlstore: new: no dialect"},
		"no table":    {db, SQLite, Options{Table: "a b"}, `sqlstore: new: table "a b": want up to 50 letters, digits and _, perhaps after a schema and a dot`},
	} {
		if _, err := New(c.db, c.d, c.o); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
