package browser

import (
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

// Every page fits on every screen, and the browser has nothing to complain of.
func TestPages(t *testing.T) {
	for _, s := range chromium.Screens {
		t.Run(s.Name, func(t *testing.T) {
			d, p, other := startDemo(t), chromium.New(t), chromium.New(t)
			d.signIn(other, "alice", "wonderland")
			p.Use(s)
			tour(d, p, func(page string) { p.Helper(); inspect(p, s, page) })
		})
	}
}

// tour shows every page in each of its states.
func tour(d demo, p *chromium.Tab, show func(page string)) {
	p.Helper()
	see := func(page, path string) { p.Helper(); d.open(p, path); show(page) }
	see("home-anonymous", "/")
	see("inside-nothing", "/inside")
	see("login", "/login")
	d.signIn(p, "alice", "rabbit-hole")
	show("login-wrong")
	see("cart-empty", "/cart")
	shop(d, p)
	p.Press(buttonFor("/cart/add", "scarf"))
	show("cart")
	d.signIn(p, "alice", "wonderland")
	show("signed-in")
	for _, language := range []string{"", "de"} {
		choose(d, p, "", language)
		show("preferences" + language)
		see("home"+language+"", "/")
		see("cart"+language+"", "/cart")
		see("devices"+language+"", "/devices")
		see("inside"+language, "/inside")
	}
	p.Press(signOutButton)
	show("signed-out")
	p.Visit(d.URL + "/nowhere")
	p.Console.Expect(p, "404 (Not Found)")
	show("nowhere")
}

// inspect looks at the page as it is, and with all that can be unfolded.
func inspect(p *chromium.Tab, s chromium.Screen, page string) {
	p.Helper()
	p.Shoot(s, page)
	chromium.Ask[bool](p, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
	p.Fits(s, page+"-unfolded")
}
