package browser

import "testing"

func TestSignOut(t *testing.T) {
	d, p := startDemo(t), newProfile(t)
	d.signIn(p, "alice", "wonderland")
	before := p.cookie("session").Value
	p.press(signOutButton)
	p.says("You are signed out.")
	p.says("You are not logged in")
	if c := p.cookie("session"); c != nil && c.Value == before {
		t.Error("the browser still has the token")
	}
}

// The back button shows nothing of what was there before: neither from the
// browser's memory of whole pages nor from its cache.
func TestBackAfterSignOut(t *testing.T) {
	d, p := startDemo(t), newProfile(t)
	d.signIn(p, "alice", "wonderland")
	for _, path := range []string{"/", "/inside", "/devices"} {
		d.open(p, path)
		p.says("alice")
	}
	p.press(signOutButton)
	for range 3 {
		p.back()
		p.saysNot("alice")
	}
}
