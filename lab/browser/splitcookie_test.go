package browser

import (
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/chromium"
)

// A gate holds the two requests until it lets one or both on.
type gate struct {
	arrived chan string
	let     map[string]chan struct{}
}

func newGate() *gate {
	return &gate{arrived: make(chan string), let: map[string]chan struct{}{"a": make(chan struct{}), "b": make(chan struct{})}}
}

func (g *gate) hold(by string) {
	if on, ok := g.let[by]; ok {
		g.arrived <- by
		<-on
	}
}

// Two requests at once change a session that is in several cookies, and their
// responses arrive in either order or together: afterwards the session is one of the two,
// whole, and with the next change all that is left of the other goes.
func TestSplitCookiesOverlap(t *testing.T) {
	for _, order := range []string{"ab", "ba", "together"} {
		t.Run(order, func(t *testing.T) {
			g := newGate()
			m := sealedManager(t, session.Config{Cookie: session.Cookie{MaxParts: 3}})
			site := serveTLS(t, essays(m, g.hold))
			p := chromium.New(t, trust(site))
			p.Visit(site.URL + "/write?by=x&size=5000")
			p.Visit(site.URL)
			p.Says("essay: x5000")
			wantParts(p, m.CookieName(), 2)

			chromium.Ask[bool](p, `window.sent = {
				a: fetch("/write?by=a&size=8000").then(r => r.status),
				b: fetch("/write?by=b&size=7500").then(r => r.status),
			}, true`)
			<-g.arrived
			<-g.arrived
			last := g.release(p, order)
			p.Visit(site.URL)
			if text := p.Text(); text != last && (last != "" || text != "essay: a8000" && text != "essay: b7500") {
				t.Errorf("after %s: %q, want %q", order, text, last)
			}
			p.Visit(site.URL + "/write?by=x&size=5001")
			p.Visit(site.URL)
			p.Says("essay: x5001")
			wantParts(p, m.CookieName(), 2)
		})
	}
}

// release lets the responses go in that order, each after the browser has taken the one before, and
// returns what the session must then say; "" when nobody can know.
func (g *gate) release(p *chromium.Tab, order string) (last string) {
	p.Helper()
	if order == "together" {
		close(g.let["a"])
		close(g.let["b"])
		answered(p, "a")
		answered(p, "b")
		return ""
	}
	for _, by := range strings.Split(order, "") {
		close(g.let[by])
		answered(p, by)
	}
	return map[string]string{"ab": "essay: b7500", "ba": "essay: a8000"}[order]
}

// answered waits until the page has the answer to its request.
func answered(p *chromium.Tab, by string) {
	p.Helper()
	status := chromium.Ask[int](p, "sent."+by)
	if status != 200 {
		p.Errorf("request %s: status %d", by, status)
	}
}

// wantParts checks that a session is in one cookie and so many parts, and in no others.
func wantParts(p *chromium.Tab, name string, parts int) {
	p.Helper()
	if names := p.CookieNames(); len(names) != 1+parts || !strings.Contains(strings.Join(names, " "), name+"~") {
		p.Errorf("the browser has %q, want %s and %d parts", names, name, parts)
	}
}
