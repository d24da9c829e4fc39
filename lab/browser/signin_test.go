package browser

import "testing"

func TestSignIn(t *testing.T) {
	d, p := startDemo(t), newProfile(t)
	d.open(p, "/")
	p.says("You are not logged in")
	d.signIn(p, "alice", "rabbit-hole")
	p.says("Invalid username or password")
	d.open(p, "/")
	p.says("You are not logged in")
	d.signIn(p, "alice", "wonderland")
	p.says("Logged in as alice")
	d.open(p, "/")
	p.says("Logged in as alice")
}
