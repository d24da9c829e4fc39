package browser

import "testing"

// A message is shown once: neither again nor lost on the way through a redirect.
func TestFlash(t *testing.T) {
	const message = "Hat: one more in the cart."
	d, p := startDemo(t), newProfile(t)
	d.open(p, "/cart")
	p.press(buttonFor("/cart/add", "hat"))
	p.says(message)
	p.reload()
	p.saysNot(message)
	d.open(p, "/")
	p.saysNot(message)
}
