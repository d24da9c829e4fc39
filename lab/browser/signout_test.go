package browser

import (
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

func TestSignOut(t *testing.T) {
	d, p := startDemo(t), chromium.New(t)
	d.signIn(p, "alice", "wonderland")
	before := p.Cookie("session").Value
	p.Press(signOutButton)
	p.Says("You are signed out.")
	p.Says("You are not logged in")
	if c := p.Cookie("session"); c != nil && c.Value == before {
		t.Error("the browser still has the token")
	}
}

// The back button shows nothing of what was there before: neither from the
// browser's memory of whole pages nor from its cache.
func TestBackAfterSignOut(t *testing.T) {
	d, p := startDemo(t), chromium.New(t)
	d.signIn(p, "alice", "wonderland")
	for _, path := range []string{"/", "/inside", "/devices"} {
		d.open(p, path)
		p.Says("alice")
	}
	p.Press(signOutButton)
	for range 3 {
		p.Back()
		p.SaysNot("alice")
	}
}
