package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/lab/internal/traffic"
)

// TestMain lets the tests' program be the sweeper, too.
func TestMain(m *testing.M) {
	if os.Getenv(fileVariable) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// The whole of it, small: what is live is there and what has expired is not.
func TestMeasure(t *testing.T) {
	s := settings{rows: 4000, live: 1000, rate: 200, turn: 200 * time.Millisecond}
	r, err := measure(t.Context(), s, filepath.Join(t.TempDir(), "sessions.db"))
	if err != nil {
		t.Fatal(err)
	}
	if !r.Ended || r.Swept == 0 {
		t.Errorf("the sweep ended: %v, after %v", r.Ended, r.Swept)
	}
}

// Each of the faults that the measurement looks for is found.
func TestCheckFindsFaults(t *testing.T) {
	for fault, harm := range map[string]string{
		"a live session is gone":     `DELETE FROM coatcheck_sessions WHERE subject = 'user-3'`,
		"an expired session is left": `UPDATE coatcheck_sessions SET expires = 1 WHERE subject = 'user-3'`,
		"a session was exchanged": `UPDATE coatcheck_sessions SET data =
			(SELECT data FROM coatcheck_sessions WHERE subject = 'user-4') WHERE subject = 'user-3'`,
	} {
		ctx := t.Context()
		tab, err := openTable(ctx, filepath.Join(t.TempDir(), "sessions.db"))
		if err != nil {
			t.Fatal(err)
		}
		v, err := tab.fill(ctx, 10, 10)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(tab.check(ctx, 10), v.Check(ctx)); err != nil {
			t.Errorf("nothing is wrong yet: %v", err)
		}
		if _, err := tab.db.ExecContext(ctx, harm); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(tab.check(ctx, 10), v.Check(ctx)); err == nil {
			t.Errorf("%s, and nobody notices", fault)
		}
		if err := tab.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestReport(t *testing.T) {
	r := &result{settings{rows: 10, live: 1, rate: 5}, &traffic.Comparison{Swept: 3 * time.Second}}
	if got := r.text(); !strings.Contains(got, "3 sessions a second") || !strings.Contains(got, "| beside the sweep |") {
		t.Error(got)
	}
}
