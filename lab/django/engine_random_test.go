package django

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// A walk is some random requests of one visitor, made to either side.
const (
	walks     = 20
	walkSteps = 6
)

// TestRandomRequests lets two visitors do the same, one on pages of Django's and one on pages of
// Go's. They get the same answers, and then have the same session.
func TestRandomRequests(t *testing.T) {
	for name, open := range backends {
		for version := range versions {
			t.Run(name+", Django "+version, func(t *testing.T) {
				s, b := start(t, version), open(t)
				for seed := range walks {
					s.walk(t, b, rand.New(rand.NewPCG(uint64(seed), 1)), seed) //nolint:gosec // a seed
				}
			})
		}
	}
}

var walkConfigs = []question{{}, every, closing}

func (s *site) walk(t *testing.T, b backend, r *rand.Rand, seed int) {
	t.Helper()
	config := walkConfigs[r.IntN(len(walkConfigs))]
	theirs, ours := s.visitor(b, config), s.visitor(b, config)
	anchored := r.IntN(2) == 0
	for n := range walkSteps {
		steps := randomSteps(r, anchored)
		theirsSaid, oursSaid := theirs.django(question{"path": "/", "steps": steps}), ours.walked(steps)
		if a, b := compact(theirsSaid.Body), compact(oursSaid.Body); a != b || theirsSaid.Status != oursSaid.Status {
			t.Fatalf("seed %d, request %d, %v, %v:\nDjango says %d %s\nGo says %d %s", seed, n, config, steps, theirsSaid.Status, a, oursSaid.Status, b)
		}
		if a, b := theirs.holds(t), ours.holds(t); a != b {
			t.Fatalf("seed %d, request %d, %v, %v:\nof Django's there is %s\nof Go's %s", seed, n, config, steps, a, b)
		}
	}
}

func compact(body string) string { return strings.ReplaceAll(strings.TrimSpace(body), ", ", ",") }

// walked visits a page of Go's that does these steps.
func (v *visitor) walked(steps []step) reply {
	x := exchange{steps: steps}
	return v.page(func(w http.ResponseWriter, r *http.Request) { x.page(v.m, w, r) })
}

// holds says what is in the visitor's session, and when it ends.
func (v *visitor) holds(t *testing.T) string {
	t.Helper()
	key := v.cookies["sessionid"]
	exists, err := v.m.Exists(t.Context(), session.Token(key))
	check(t, err)
	if !exists {
		return "nothing"
	}
	mine, err := v.m.Open(t.Context(), session.Token(key))
	check(t, err)
	items, err := mine.Items()
	check(t, err)
	if len(items) == 0 {
		return "nothing" // an empty session is none
	}
	age, err := mine.ExpiryAge()
	check(t, err)
	browser, err := mine.ExpiresAtBrowserClose()
	check(t, err)
	return fmt.Sprintf("%v, for %v, with the browser: %v", items, age.Round(5*time.Minute), browser)
}

// randomSteps are those of one request: some, and perhaps a status at the end. Anchored ones
// keep something in the session at all times and set its expiry. For an expiry alone doesn't
// make a session here, as it does in Django.
func randomSteps(r *rand.Rand, anchored bool) (all []step) {
	anchor := step{"set", "anchor", 1}
	if anchored {
		all = append(all, anchor)
	}
	for range r.IntN(5) {
		next := randomStep(r, anchored)
		all = append(all, next)
		if anchored && next[0] == "flush" {
			all = append(all, anchor)
		}
	}
	// See TestRotatedThenFailed; and signed_cookies of Django go on with the old cookie if
	// something was set after a flush, where Go removes it.
	moved := slices.ContainsFunc(all, func(s step) bool { return s[0] == "cycle" || s[0] == "flush" })
	switch r.IntN(6) {
	case 0:
		all = append(all, step{"status", http.StatusNotFound})
	case 1:
		if !moved {
			all = append(all, step{"status", http.StatusInternalServerError})
		}
	}
	return all
}

func randomStep(r *rand.Rand, anchored bool) step {
	key := string(rune('a' + r.IntN(3)))
	all := []step{
		{"set", key, 1 + r.IntN(99)}, {"set", key, 1 + r.IntN(99)}, {"get", key}, {"has", key}, {"delete", key}, {"flush"}, {"cycle"}, {"test cookie"}, {"worked"},
		{"expiry", []any{0, 1000, 3000000, nil}[r.IntN(4)]},
	}
	if !anchored {
		all = all[:len(all)-1]
	}
	return all[r.IntN(len(all))]
}
