package browser

import (
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

// Everything works without JavaScript.
func TestWithoutScripts(t *testing.T) {
	d, p := startDemo(t), chromium.New(t)
	p.ForbidScripts()
	d.signIn(p, "alice", "rabbit-hole")
	p.Says("Invalid username or password")
	d.signIn(p, "alice", "wonderland")
	p.Says("Logged in as alice")
	shop(d, p)
	if n := count(p, "hat"); n != "3" {
		t.Errorf("%s hats in the cart, want 3", n)
	}
	choose(d, p, "dark", "fr")
	p.Says("Préférences")
	d.open(p, "/devices")
	p.Press(endOthers)
	p.Press(signOutButton)
	p.Says("Sign in")
}
