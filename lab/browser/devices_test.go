package browser

import (
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

const (
	otherDevice = `.devices article:not(.current)`
	endOthers   = `form[action="/devices/end-others"] button`
	endAll      = `form[action="/devices/end-all"] button`
)

// A device that another one signed out learns of it with its next page.
func TestOneDeviceSignsOutAnother(t *testing.T) {
	d, phone, desk := startDemo(t), chromium.New(t), chromium.New(t)
	d.signIn(phone, "alice", "wonderland")
	d.signIn(desk, "alice", "wonderland")
	d.open(desk, "/devices")
	desk.Press(otherDevice + " button")
	desk.Says("That device is signed out")

	d.open(phone, "/")
	phone.Says("You are not logged in")
	phone.SaysNot("alice")
	d.open(desk, "/")
	desk.Says("Logged in as alice")
}

func TestSignOutOthersAndAll(t *testing.T) {
	d, phone, desk, bob := startDemo(t), chromium.New(t), chromium.New(t), chromium.New(t)
	d.signIn(bob, "bob", "builder")
	d.signIn(phone, "alice", "wonderland")
	d.signIn(desk, "alice", "wonderland")
	d.open(desk, "/devices")
	desk.Press(endOthers)
	desk.Says("Signed out on 1 other device.")
	d.open(phone, "/")
	phone.Says("You are not logged in")

	d.signIn(phone, "alice", "wonderland")
	d.open(desk, "/devices")
	desk.Press(endAll)
	desk.Says("Signed out everywhere: on 2 devices.")
	for _, p := range []*chromium.Tab{desk, phone} {
		d.open(p, "/")
		p.Says("You are not logged in")
	}
	d.open(bob, "/")
	bob.Says("Logged in as bob")
}
