package browser

import (
	"fmt"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

const countOf = `form[action="/cart/change"]:has([value="%s"]) [name=count]`

// buttonFor finds the button of the form that does action with an item.
func buttonFor(action, item string) string {
	return fmt.Sprintf(`form[action=%q]:has([value=%q]) button`, action, item)
}

// count returns how many of item are in the cart that the page shows: "" for
// none.
func count(p *chromium.Tab, item string) string {
	p.Helper()
	return chromium.Ask[string](p, `document.querySelector('`+fmt.Sprintf(countOf, item)+`')?.value ?? ""`)
}

// What goes into the cart stays there, from page to page and from nobody to
// somebody.
func TestCart(t *testing.T) {
	d, p := startDemo(t), chromium.New(t)
	d.open(p, "/cart")
	p.Says("Your cart is empty.")
	shop(d, p)
	if n := count(p, "hat"); n != "3" {
		t.Errorf("%s hats in the cart, want 3", n)
	}
	if n := count(p, "scarf"); n != "" {
		t.Errorf("%s scarfs in the cart, want none", n)
	}
	d.signIn(p, "alice", "wonderland")
	d.open(p, "/cart")
	if n := count(p, "hat"); n != "3" {
		t.Errorf("%s hats in the cart after signing in, want 3", n)
	}
	p.Press(`form[action="/cart/clear"] button`)
	p.Says("Your cart is empty.")
}

// shop puts a hat and a scarf into the cart, makes it three hats and takes the
// scarf out.
func shop(d demo, p *chromium.Tab) {
	p.Helper()
	d.open(p, "/cart")
	p.Press(buttonFor("/cart/add", "hat"))
	p.Press(buttonFor("/cart/add", "scarf"))
	p.Fill(fmt.Sprintf(countOf, "hat"), "3")
	p.Press(buttonFor("/cart/change", "hat"))
	p.Press(buttonFor("/cart/remove", "scarf"))
}
