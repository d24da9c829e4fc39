package browser

import "testing"

const (
	otherDevice = `.devices article:not(.current)`
	endOthers   = `form[action="/devices/end-others"] button`
	endAll      = `form[action="/devices/end-all"] button`
)

// A device that another one signed out learns of it with its next page.
func TestOneDeviceSignsOutAnother(t *testing.T) {
	d, phone, desk := startDemo(t), newProfile(t), newProfile(t)
	d.signIn(phone, "alice", "wonderland")
	d.signIn(desk, "alice", "wonderland")
	d.open(desk, "/devices")
	desk.press(otherDevice + " button")
	desk.says("That device is signed out")

	d.open(phone, "/")
	phone.says("You are not logged in")
	phone.saysNot("alice")
	d.open(desk, "/")
	desk.says("Logged in as alice")
}

func TestSignOutOthersAndAll(t *testing.T) {
	d, phone, desk, bob := startDemo(t), newProfile(t), newProfile(t), newProfile(t)
	d.signIn(bob, "bob", "builder")
	d.signIn(phone, "alice", "wonderland")
	d.signIn(desk, "alice", "wonderland")
	d.open(desk, "/devices")
	desk.press(endOthers)
	desk.says("Signed out on 1 other device.")
	d.open(phone, "/")
	phone.says("You are not logged in")

	d.signIn(phone, "alice", "wonderland")
	d.open(desk, "/devices")
	desk.press(endAll)
	desk.says("Signed out everywhere: on 2 devices.")
	for _, p := range []*profile{desk, phone} {
		d.open(p, "/")
		p.says("You are not logged in")
	}
	d.open(bob, "/")
	bob.says("Logged in as bob")
}
