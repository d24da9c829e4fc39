package browser

import "testing"

// Everything works without JavaScript.
func TestWithoutScripts(t *testing.T) {
	d, p := startDemo(t), newProfile(t)
	p.forbidScripts()
	d.signIn(p, "alice", "rabbit-hole")
	p.says("Invalid username or password")
	d.signIn(p, "alice", "wonderland")
	p.says("Logged in as alice")
	shop(d, p)
	if n := count(p, "hat"); n != "3" {
		t.Errorf("%s hats in the cart, want 3", n)
	}
	choose(d, p, "dark", "fr")
	p.says("Préférences")
	d.open(p, "/devices")
	p.press(endOthers)
	p.press(signOutButton)
	p.says("Sign in")
}
