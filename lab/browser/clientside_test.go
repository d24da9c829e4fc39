package browser

import (
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// steal gives a browser a copy of another's cookies.
func (p *profile) steal(from *profile) {
	p.Helper()
	jar, err := chromedp.CallBrowser(from.ctx, storage.GetCookies, storage.GetCookiesParams{})
	p.must(err)
	var copies []*network.CookieParam
	for _, c := range jar.Cookies {
		copies = append(copies, &network.CookieParam{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path,
			Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: c.SameSite,
		})
	}
	if len(copies) == 0 {
		p.Fatal("there is no cookie to be copied")
	}
	_, err = chromedp.CallBrowser(p.ctx, storage.SetCookies, storage.SetCookiesParams{Cookies: copies})
	p.must(err)
}

// Sessions in the cookie alone can't be revoked, and the demo says so: a copy is good after
// the owner has signed out.
func TestCookieAloneCantBeRevoked(t *testing.T) {
	d := startDemoWith(t, "--addr", "127.0.0.1:0", "--store", "cookie:")
	p, thief := newProfile(t), newProfile(t)
	p.use(screens[2])
	d.signIn(p, "alice", "wonderland")
	d.open(p, "/devices")
	p.says("keeps no record")
	p.says("cookie:sqlite:")
	p.shoot(screens[2], "devices-cookie-alone")
	d.open(p, "/inside")
	p.says("a copy of it stays good")
	p.shoot(screens[2], "inside-cookie-alone")

	thief.steal(p)
	p.press(signOutButton)
	p.says("You are not logged in")
	d.open(thief, "/")
	thief.says("Logged in as alice")
}

// With a record of each session in a store, signing out makes every copy worthless.
func TestCookieWithRecordsIsRevoked(t *testing.T) {
	d := startDemoWith(t, "--addr", "127.0.0.1:0", "--store", "cookie:sqlite:"+filepath.Join(t.TempDir(), "records.db"))
	p, thief := newProfile(t), newProfile(t)
	p.use(screens[2])
	d.signIn(p, "alice", "wonderland")
	d.open(p, "/devices")
	p.saysNot("keeps no record")
	p.shoot(screens[2], "devices-cookie-with-records")

	thief.steal(p)
	d.open(thief, "/")
	thief.says("Logged in as alice")
	p.press(signOutButton)
	d.open(thief, "/")
	thief.says("You are not logged in")
	thief.saysNot("alice")
}

// changeKeys runs `coatcheck keys` and makes the demo read the file again, for the nth time.
func (d *demo) changeKeys(nth int, args ...string) {
	d.tb.Helper()
	if out, err := exec.Command(program, append([]string{"keys"}, args...)...).CombinedOutput(); err != nil {
		d.tb.Fatalf("coatcheck keys: %v\n%s", err, out)
	}
	if err := d.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		d.tb.Fatal(err)
	}
	d.errs.await(d.tb, "the keys were read again", nth)
}

// A new key signs nobody out, and those who come back get a cookie that it has sealed. When the
// old one goes, only who wasn't back since is signed out.
func TestKeyRotation(t *testing.T) {
	for _, store := range []string{"cookie:", "jwt:"} {
		t.Run(store, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "keys")
			if out, err := exec.Command(program, "keys", "new", file).CombinedOutput(); err != nil {
				t.Fatalf("coatcheck keys: %v\n%s", err, out)
			}
			d := startDemoWith(t, "--addr", "127.0.0.1:0", "--store", store, "--keys", file)
			back, away := newProfile(t), newProfile(t)
			d.signIn(back, "alice", "wonderland")
			d.signIn(away, "bob", "builder")
			before := back.cookie("session").Value

			d.changeKeys(1, "rotate", file)
			d.open(back, "/")
			back.says("Logged in as alice")
			if after := back.cookie("session"); after == nil || after.Value == before {
				t.Error("the cookie is still that of the old key")
			}
			d.changeKeys(2, "rotate", "--keep", "1", file)
			d.open(back, "/")
			back.says("Logged in as alice")
			d.open(away, "/")
			away.says("You are not logged in")
		})
	}
}
