package memstore

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// TestDoneContext: no method begins anything when its context is done.
func TestDoneContext(t *testing.T) {
	s := New(Options{})
	old := session.Record{Version: mustCreate(t, s, "key", of("ann"))}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"Load":            func() error { _, err := s.Load(ctx, "key"); return err },
		"Create":          func() error { _, err := s.Create(ctx, "new", of("")); return err },
		"Update":          func() error { _, err := s.Update(ctx, "key", old, of("")); return err },
		"Delete":          func() error { return s.Delete(ctx, "key") },
		"Touch":           func() error { return s.Touch(ctx, "key", old, time.Time{}) },
		"Replace":         func() error { _, err := s.Replace(ctx, "key", old, of(""), "new", of("")); return err },
		"Sweep":           func() error { _, err := s.Sweep(ctx, 1); return err },
		"BySubject":       func() error { _, err := s.BySubject(ctx, "ann"); return err },
		"DeleteBySubject": func() error { _, err := s.DeleteBySubject(ctx, "ann"); return err },
		"List":            func() error { _, _, err := s.List(ctx, "", 1); return err },
	} {
		err := call()
		if !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "memstore: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := s.Load(t.Context(), "key"); got.Version != old.Version || err != nil {
		t.Errorf("the record is not as it was: %v", err)
	}
}

// TestTooLarge: what has no place is refused, by every write, and nothing is
// changed.
func TestTooLarge(t *testing.T) {
	s := New(Options{})
	old := session.Record{Version: mustCreate(t, s, "key", of("ann"))}
	long := strings.Repeat("x", maxName+1)
	for name, call := range map[string]func() error{
		"key":     func() error { _, err := s.Create(t.Context(), session.Key(long), of("")); return err },
		"subject": func() error { _, err := s.Update(t.Context(), "key", old, of(long)); return err },
		"old":     func() error { _, err := s.Replace(t.Context(), "key", old, of(long), "new", of("")); return err },
		"new":     func() error { _, err := s.Replace(t.Context(), "key", old, of(""), "new", of(long)); return err },
	} {
		if err := call(); !errors.Is(err, session.ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Load(t.Context(), session.Key(long)); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("load of a key that can't be: %v", err)
	}
	if got, err := s.Load(t.Context(), "key"); got.Version != old.Version || err != nil || count(s) != 1 {
		t.Errorf("the store is not as it was: %v", err)
	}
}

// TestLongest: the longest key and subject, and records as big as several
// segments, come back as they were.
func TestLongest(t *testing.T) {
	s := New(Options{})
	key := session.Key(strings.Repeat("k", maxName))
	rec := of(strings.Repeat("s", maxName))
	rec.Data = strings.Repeat("d", 3*segmentLen+1)
	mustCreate(t, s, key, rec)
	got, err := s.Load(t.Context(), key)
	if got.Data != rec.Data || got.Subject != rec.Subject || err != nil {
		t.Errorf("%d bytes of %d came back, subject %d of %d (%v)", len(got.Data), len(rec.Data), len(got.Subject), len(rec.Subject), err)
	}
	found, err := s.BySubject(t.Context(), rec.Subject)
	if len(found) != 1 || found[0].Key != key || err != nil {
		t.Errorf("by subject: %d records (%v)", len(found), err)
	}
}
