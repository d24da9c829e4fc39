package flaskexample

import (
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
	"github.com/coatcheck-go/session/lab/internal/program"
)

// A visitor doesn't notice who serves a route: with the half that the README names, with
// the other half, and with the old Flask as well.
func TestHalves(t *testing.T) {
	half := program.ReadSides(t, "examples/flask/README.md", "Flask", 6)
	for _, c := range []struct {
		name, python string
		sides        program.Sides
		args         []string
	}{
		{"half", program.NewestPython(t), half, nil},
		{"other half", program.NewestPython(t), half.Others("Flask"), []string{"-go", half.Others("Flask").OfGo()}},
		{"Debian's Flask", program.DebianPython(), half, []string{"-go", half.OfGo()}},
		{"other half, Debian's Flask", program.DebianPython(), half.Others("Flask"), []string{"-go", half.Others("Flask").OfGo()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			site := example.Start(t, append([]string{"-addr", "127.0.0.1:0", "-python", c.python}, c.args...)...).URL
			b := chromium.New(t)
			visitAll(b, site, c.sides)
		})
	}
}

// visitAll signs in, shops and signs out. What one route did, the next one shows, which
// is the other side's.
func visitAll(b *chromium.Tab, site string, s program.Sides) {
	b.Helper()
	b.Open(site + "/")
	b.Says("You are not logged in", "served by "+s["/"])

	b.Open(site + "/login")
	b.Says("served by " + s["/login"])
	b.FitsAll("flask-login-" + s["/login"])
	signIn(b, site)
	b.Says("Logged in as alice", "since", s["/login"]+" says: welcome, alice.", "served by "+s["/"])
	b.FitsAll("flask-home-" + s["/"])

	b.Open(site + "/cart")
	b.Says("The cart of alice", "There is nothing in it.", "served by "+s["/cart"])
	b.SaysNot("welcome")
	for _, item := range []string{"hat", "scarf", "hat"} {
		b.Submit(`[value="` + item + `"]`)
		b.Says(s["/cart/add"] + " says: one more " + item + " in the cart.")
	}
	b.Says("2 × hat", "1 × scarf", "served by "+s["/cart"])
	b.FitsAll("flask-cart-" + s["/cart"])
	b.Open(site + "/cart")
	b.SaysNot("one more")

	b.Submit(`form[action="/cart/empty"] button`)
	b.Says(s["/cart/empty"]+" says: the cart is empty.", "There is nothing in it.")
	b.Submit(`[value="hat"]`)

	b.Open(site + "/")
	signOut(b)
	b.Says("You are not logged in", s["/logout"]+" says: goodbye.")
	b.FitsAll("flask-signed-out-" + s["/"])
	b.Open(site + "/cart")
	b.Says("Your cart", "There is nothing in it.", "served by "+s["/cart"])
	if left := b.CookieNames(); len(left) != 0 {
		b.Errorf("nothing is left of the session, and the browser has %v", left)
	}
}
