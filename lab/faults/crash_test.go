package faults

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// busy is how many visitors there are at a time.
const busy = 8

// A tally is what one visitor was answered.
type tally struct {
	visitor
	counted int // acknowledged
	tried   int
	ended   []visitor // signed out, acknowledged
}

// TestMB05_Crash: a server is killed while visitors count and sign in and out. What it
// has acknowledged is there when it runs again, or, where it forgets, all visitors are
// nobody. Nobody who has signed out is back.
func TestMB05_Crash(t *testing.T) {
	for name, b := range backends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, b)
			for range 3 {
				tallies := p.crash(t)
				must(t, p.server.Start())
				p.site.recovers(t, tallies[0].visitor)
				acknowledged := 0
				for _, y := range tallies {
					acknowledged += y.counted
					y.check(t, p)
				}
				t.Logf("%d changes were acknowledged", acknowledged)
			}
		})
	}
}

// crash kills the server when enough was done, with visitors under way.
func (p *place) crash(t *testing.T) []*tally {
	t.Helper()
	tallies := make([]*tally, busy)
	for i := range tallies {
		tallies[i] = &tally{visitor: p.site.signIn(t, fmt.Sprint("visitor-", i)), counted: 1, tried: 1}
	}
	enough := make(chan struct{})
	var done atomic.Int64
	var all sync.WaitGroup
	for _, y := range tallies {
		all.Go(func() {
			for y.visit(t, p.site) {
				if done.Add(1) == 20*busy {
					close(enough)
				}
			}
		})
	}
	<-enough
	must(t, p.server.Kill())
	all.Wait()
	return tallies
}

// visit counts, and signs somebody else in and out. It returns false if the server is
// gone.
func (y *tally) visit(t *testing.T, s *site) bool {
	y.tried++
	if s.ask(t, y.visitor, "/count").status != http.StatusOK {
		return false
	}
	y.counted++
	guest := visitor{name: "guest"}
	in := s.ask(t, guest, "/login?as=guest")
	guest.token = in.token
	if in.status != http.StatusOK || s.ask(t, guest, "/logout").status != http.StatusOK {
		return false
	}
	y.ended = append(y.ended, guest)
	return true
}

func (y *tally) check(t *testing.T, p *place) {
	t.Helper()
	got := p.site.ask(t, y.visitor, "/show")
	sound := got.Subject == y.name && got.Count >= y.counted && got.Count <= y.tried
	if p.forgets {
		sound = got.Subject == "" && got.Count == 0
	}
	if got.status != http.StatusOK || !sound {
		t.Errorf("%s sees %+v, after %d changes were acknowledged", y.name, got, y.counted)
	}
	for _, guest := range y.ended {
		if got := p.site.ask(t, guest, "/show"); got.Subject != "" {
			t.Errorf("who had signed out is back as %q", got.Subject)
		}
	}
}
