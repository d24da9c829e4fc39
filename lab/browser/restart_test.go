package browser

import (
	"path/filepath"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

// Who is signed in stays so when the site is started anew.
func TestSiteRestarts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sessions.db")
	d, p := startDemoOn(t, "127.0.0.1:0", file), chromium.New(t)
	d.signIn(p, "alice", "wonderland")
	d.Stop()
	startDemoOn(t, d.Addr(), file)
	p.Reload()
	p.Says("Logged in as alice")
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
		p := chromium.Open(t, dir)
		d.open(p, "/login")
		p.Fill("[name=username]", "alice")
		p.Fill("[name=password]", "wonderland")
		if c.remember {
			p.Tick("[name=remember]")
		}
		p.Press(signInButton)
		p.Close()

		p = chromium.Open(t, dir)
		d.open(p, "/")
		p.Says(c.want)
		p.Close()
	}
}
