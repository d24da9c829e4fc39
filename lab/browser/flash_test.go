package browser

import (
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

// A message is shown once: neither again nor lost on the way through a redirect.
func TestFlash(t *testing.T) {
	const message = "Hat: one more in the cart."
	d, p := startDemo(t), chromium.New(t)
	d.open(p, "/cart")
	p.Press(buttonFor("/cart/add", "hat"))
	p.Says(message)
	p.Reload()
	p.SaysNot(message)
	d.open(p, "/")
	p.SaysNot(message)
}
