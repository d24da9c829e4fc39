package storetest

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/coatcheck-go/session"
)

// TestHangingStore checks that the suite gives up on a store that ignores its
// context, even for good.
func TestHangingStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		h := hook(newMapStore())
		h.load = func(context.Context, session.Key) (session.Record, error) {
			<-release
			return session.Record{}, nil
		}
		seen := loadCases[0].run(t.Context(), &check{a: h, b: h})
		if len(seen) != 1 || !strings.Contains(seen[0], "not returned") {
			t.Errorf("seen %q", seen)
		}
	})
}

// TestWaitingStore checks that a store that waits for its context is not waited
// for longer than that.
func TestWaitingStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hook(newMapStore())
		h.load = func(ctx context.Context, _ session.Key) (session.Record, error) {
			<-ctx.Done()
			return session.Record{}, ctx.Err()
		}
		seen := loadCases[0].run(t.Context(), &check{a: h, b: h})
		if len(seen) == 0 || !strings.Contains(seen[0], context.DeadlineExceeded.Error()) {
			t.Errorf("seen %q", seen)
		}
	})
}

// TestDifferenceHides checks that what is reported about two records shows
// neither's contents.
func TestDifferenceHides(t *testing.T) {
	r := rec("secret one")
	others := []session.Record{rec("secret two"), owned("secret subject"), ended(r), {Version: 1}}
	for i, other := range others {
		d := difference(other, r)
		if d == "" || strings.Contains(d, "secret") {
			t.Errorf("difference %d: %q", i, d)
		}
	}
	if d := difference(r, r); d != "" {
		t.Errorf("a record differs from itself: %q", d)
	}
}

// TestNames checks that a case can be found by its name.
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, tc := range cases() {
		if seen[tc.name] {
			t.Errorf("two cases are called %s", tc.name)
		}
		seen[tc.name] = true
	}
}
