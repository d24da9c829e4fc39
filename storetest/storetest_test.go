package storetest

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

// hiding makes a store of the given type from a full one.
var hiding = map[string]func(full) session.Store{
	"every ability":     func(s full) session.Store { return s },
	"no ability":        func(s full) session.Store { return struct{ session.Store }{s} },
	"only Toucher":      func(s full) session.Store { return struct{ session.Toucher }{s} },
	"only Sweeper":      func(s full) session.Store { return struct{ session.Sweeper }{s} },
	"only SubjectStore": func(s full) session.Store { return struct{ session.SubjectStore }{s} },
	"only Lister":       func(s full) session.Store { return struct{ session.Lister }{s} },
	"only Replacer":     func(s full) session.Store { return struct{ session.Replacer }{s} },
}

// TestRunReports runs itself in a process of its own, where it fails: Run tells
// what was seen, on which case, and the rule.
func TestRunReports(t *testing.T) {
	const inner = "STORETEST_RUN_BROKEN"
	if os.Getenv(inner) != "" {
		b := broken{hook: func(m *mapStore, h *hooked) { h.update = m.upsert(func(bool) bool { return true }) }}
		Run(t, func(*testing.T) (session.Store, session.Store) { return b.open() })
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run=^TestRunReports$/^(abilities|update)")
	cmd.Env = append(os.Environ(), inner+"=1")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("Run passes on a broken store")
	}
	for _, want := range []string{
		`["Toucher" "Sweeper" "SubjectStore" "Lister" "Replacer"]`,
		"--- FAIL: TestRunReports/update/expired",
		"--- PASS: TestRunReports/update/stale",
		"seen: Load: a live record, want none",
		`rule: "ErrNotFound: there is no live record."`,
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %s in the output:\n%s", want, out)
		}
	}
}

func TestRightStoresPass(t *testing.T) {
	for name, hide := range hiding {
		t.Run(name, func(t *testing.T) {
			Run(t, func(*testing.T) (a, b session.Store) {
				s := newMapStore()
				return hide(s), hide(s)
			})
		})
	}
}
