package browser

import (
	"path/filepath"
	"testing"
)

// Who is signed in stays so when the site is started anew.
func TestSiteRestarts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sessions.db")
	d, p := startDemoOn(t, "127.0.0.1:0", file), newProfile(t)
	d.signIn(p, "alice", "wonderland")
	d.stop()
	startDemoOn(t, d.addr(), file)
	p.reload()
	p.says("Logged in as alice")
}

// Whether who is signed in stays so when the browser is started anew is as they
// chose at sign-in.
func TestBrowserRestarts(t *testing.T) {
	d := startDemo(t)
	for _, c := range []struct {
		remember bool
		want     string
	}{
		{true, "Logged in as alice"},
		{false, "You are not logged in"},
	} {
		dir := t.TempDir()
		p := openProfile(t, dir)
		d.open(p, "/login")
		p.fill("[name=username]", "alice")
		p.fill("[name=password]", "wonderland")
		if c.remember {
			p.tick("[name=remember]")
		}
		p.press(signInButton)
		p.close()

		p = openProfile(t, dir)
		d.open(p, "/")
		p.says(c.want)
		p.close()
	}
}
