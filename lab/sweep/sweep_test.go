package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
	if len(r.beside.reads) == 0 || len(r.beside.writes) == 0 || len(r.alone.reads) == 0 {
		t.Errorf("requests beside the sweep: %d reads, %d writes; alone: %d reads",
			len(r.beside.reads), len(r.beside.writes), len(r.alone.reads))
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
		if err := errors.Join(tab.check(ctx, 10), v.check(ctx)); err != nil {
			t.Errorf("nothing is wrong yet: %v", err)
		}
		if _, err := tab.db.ExecContext(ctx, harm); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(tab.check(ctx, 10), v.check(ctx)); err == nil {
			t.Errorf("%s, and nobody notices", fault)
		}
		if err := tab.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A change that was lost is found, too.
func TestCheckFindsLostChange(t *testing.T) {
	ctx := t.Context()
	tab, err := openTable(ctx, filepath.Join(t.TempDir(), "sessions.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	v, err := tab.fill(ctx, 10, 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.write(ctx, 7); err != nil {
		t.Fatal(err)
	}
	if err := v.check(ctx); err != nil {
		t.Errorf("nothing is wrong yet: %v", err)
	}
	v.counts[7].Add(1)
	if err := v.check(ctx); err == nil {
		t.Error("a change is lost, and nobody notices")
	}
}

func TestReport(t *testing.T) {
	r := &result{settings: settings{rows: 10, live: 1, rate: 5}, swept: 3 * time.Second}
	for i := range 100 {
		r.alone.add(i%writeEvery == 0, time.Duration(i+1)*time.Millisecond, nil)
		r.beside.add(i%writeEvery == 0, time.Duration(2*i+2)*time.Millisecond, nil)
	}
	file := filepath.Join(t.TempDir(), "operations.md")
	if err := r.writeTo(file); err == nil {
		t.Error("wrote to a file that isn't there")
	}
	if err := os.WriteFile(file, []byte("before\n"+begin+"old\n"+end+"after\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.writeTo(file); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	for _, want := range []string{"before\n", "| alone | 100 | 51.00 ms | 100.00 ms |", "**2.0**", "3 sessions a second", "after\n"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%q is not there once:\n%s", want, got)
		}
	}
	if strings.Contains(got, "old") {
		t.Error("the old table is still there")
	}
}
