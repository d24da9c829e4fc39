package faults

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

// A fault is what happens to the server, or on the way to it, until it is healed.
type fault struct {
	name   string
	begin  func(p *place) (heal func() error, err error)
	forget bool // the server ends
}

var faults = []fault{
	{name: "connections are cut and refused", begin: func(p *place) (func() error, error) {
		p.proxy.Stop()
		return p.proxy.Start, nil
	}},
	{name: "answers are swallowed", begin: poisoned("timeout", `{"timeout": 0}`)},
	{name: "answers are late", begin: poisoned("latency", `{"latency": 60000}`)},
	{name: "connections are reset", begin: poisoned("reset_peer", `{"timeout": 0}`)},
	{name: "half an answer, then cut", begin: poisoned("limit_data", `{"bytes": 3}`)},
	{name: "answers are garbled", begin: poisoned("garble", `{}`)},
	{name: "the server hangs", begin: func(p *place) (func() error, error) {
		return p.server.Resume, p.server.Pause()
	}},
	{name: "the server is killed", forget: true, begin: func(p *place) (func() error, error) {
		return p.server.Start, p.server.Kill()
	}},
}

func poisoned(kind, attributes string) func(p *place) (func() error, error) {
	return func(p *place) (func() error, error) { return p.proxy.poison(kind, attributes) }
}

// TestMB05_Outages: whatever is wrong, visitors get 503 while it is, and after it are
// who they were.
func TestMB05_Outages(t *testing.T) {
	for name, b := range backends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, b)
			for _, f := range faults {
				t.Run(f.name, func(t *testing.T) { p.suffer(t, f) })
			}
		})
	}
}

// A cast is the visitors of one fault: each does something else.
type cast struct{ reader, writer, leaver, left visitor }

func (s *site) cast(t *testing.T) (c cast) {
	t.Helper()
	c = cast{s.signIn(t, "reader"), s.signIn(t, "writer"), s.signIn(t, "leaver"), s.signIn(t, "left")}
	s.insist(t, c.left, "/logout")
	return c
}

func (p *place) suffer(t *testing.T, f fault) {
	c := p.site.cast(t)
	heal, err := f.begin(p)
	must(t, err)
	slowest := p.site.refuses(t, c)
	must(t, heal())
	_, took := p.site.recovers(t, c.reader)
	t.Logf("503 within %v, recovered after %v", slowest.Round(time.Millisecond), took.Round(time.Millisecond))
	p.site.after(t, c, p.forgets && f.forget)
}

// refuses checks that everybody gets 503, whatever they do, and tells how long that took
// at most.
func (s *site) refuses(t *testing.T, c cast) (slowest time.Duration) {
	t.Helper()
	var all sync.WaitGroup
	begun := time.Now()
	for path, v := range map[string]visitor{
		"/show": c.reader, "/count": c.writer, "/logout": c.leaver, "/login?as=newcomer": {name: "newcomer"},
	} {
		all.Go(func() {
			p := s.ask(t, v, path)
			if p.status != http.StatusServiceUnavailable || p.retryAfter == "" || p.token != "" {
				t.Errorf("%s is answered %d, Retry-After %q: %+v", path, p.status, p.retryAfter, p)
			}
		})
	}
	all.Wait()
	return time.Since(begun)
}

// after checks that what was acknowledged is there, and what was ended isn't.
func (s *site) after(t *testing.T, c cast, forgotten bool) {
	t.Helper()
	for path, v := range map[string]visitor{"reader": c.reader, "writer": c.writer, "leaver": c.leaver, "left": c.left} {
		p := s.ask(t, v, "/show")
		is := p.Subject == v.name && p.Count >= 1 && p.Count <= 2
		isNobody := p.Subject == "" && p.Count == 0
		mayBe := v != c.left && !forgotten
		mustBe := mayBe && v != c.leaver // whose logout may have been done or not
		if p.status != http.StatusOK || !(is && mayBe || isNobody && !mustBe) {
			t.Errorf("%s sees %+v", path, p)
		}
	}
}
