package browser

import (
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

func TestSignIn(t *testing.T) {
	d, p := startDemo(t), chromium.New(t)
	d.open(p, "/")
	p.Says("You are not logged in")
	d.signIn(p, "alice", "rabbit-hole")
	p.Says("Invalid username or password")
	d.open(p, "/")
	p.Says("You are not logged in")
	d.signIn(p, "alice", "wonderland")
	p.Says("Logged in as alice")
	d.open(p, "/")
	p.Says("Logged in as alice")
}
