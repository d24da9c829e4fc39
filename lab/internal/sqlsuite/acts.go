package sqlsuite

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/sqlstore"
)

// reads are all that only reads, writes all that writes. The record old is there
// under "key", for somebody.
var (
	reads = map[string]func(context.Context, *sqlstore.Store) error{
		"Load": func(ctx context.Context, s *sqlstore.Store) error {
			_, err := s.Load(ctx, "key")
			return err
		},
		"BySubject": func(ctx context.Context, s *sqlstore.Store) error {
			_, err := s.BySubject(ctx, "somebody")
			return err
		},
		"List": func(ctx context.Context, s *sqlstore.Store) error {
			_, _, err := s.List(ctx, "", 10)
			return err
		},
	}
	writes = map[string]func(ctx context.Context, s *sqlstore.Store, old session.Record) error{
		"Create": func(ctx context.Context, s *sqlstore.Store, _ session.Record) error {
			_, err := s.Create(ctx, "other", Record("two"))
			return err
		},
		"Update": func(ctx context.Context, s *sqlstore.Store, old session.Record) error {
			_, err := s.Update(ctx, "key", old, Record("two"))
			return err
		},
		"Touch": func(ctx context.Context, s *sqlstore.Store, old session.Record) error {
			return s.Touch(ctx, "key", old, Record("").Expires)
		},
		"Replace": func(ctx context.Context, s *sqlstore.Store, old session.Record) error {
			_, err := s.Replace(ctx, "key", old, Record("two"), "other", Record("two"))
			return err
		},
		"Delete": func(ctx context.Context, s *sqlstore.Store, _ session.Record) error {
			return s.Delete(ctx, "key")
		},
		"DeleteBySubject": func(ctx context.Context, s *sqlstore.Store, _ session.Record) error {
			_, err := s.DeleteBySubject(ctx, "somebody", "one", "two")
			return err
		},
		"Sweep": func(ctx context.Context, s *sqlstore.Store, _ session.Record) error {
			_, err := s.Sweep(ctx, 10)
			return err
		},
	}
)

// store puts the record old under "key".
func store(tb testing.TB, s *sqlstore.Store) (old session.Record) {
	tb.Helper()
	_, err := s.Create(tb.Context(), "key", Record("one"))
	must(tb, err)
	old, err = s.Load(tb.Context(), "key")
	must(tb, err)
	return old
}

// failed checks that err is the database's, and none of the sentinels: nobody must
// take a database that is down for a session that has changed or is gone.
func failed(t *testing.T, what string, err error, words string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("%s: %v, want the driver's error with %q", what, err, words)
	}
	for _, sentinel := range []error{session.ErrNotFound, session.ErrConflict, session.ErrBroken} {
		if errors.Is(err, sentinel) {
			t.Errorf("%s: %v is %v", what, err, sentinel)
		}
	}
}

// intact checks that old is still what is there.
func intact(t *testing.T, s session.Store, old session.Record) {
	t.Helper()
	if now, err := s.Load(t.Context(), "key"); err != nil || now != old {
		t.Errorf("the record has changed (Load: %v)", err)
	}
}
