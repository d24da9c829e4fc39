package browser

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

// Sessions in the cookie alone can't be revoked, and the demo says so: a copy is good after
// the owner has signed out.
func TestCookieAloneCantBeRevoked(t *testing.T) {
	d := startDemoWith(t, "--addr", "127.0.0.1:0", "--store", "cookie:")
	p, thief := chromium.New(t), chromium.New(t)
	p.Use(chromium.Screens[2])
	d.signIn(p, "alice", "wonderland")
	d.open(p, "/devices")
	p.Says("keeps no record")
	p.Says("cookie:sqlite:")
	p.Shoot(chromium.Screens[2], "devices-cookie-alone")
	d.open(p, "/inside")
	p.Says("a copy of it stays good")
	p.Shoot(chromium.Screens[2], "inside-cookie-alone")

	thief.Steal(p)
	p.Press(signOutButton)
	p.Says("You are not logged in")
	d.open(thief, "/")
	thief.Says("Logged in as alice")
}

// With a record of each session in a store, signing out makes every copy worthless.
func TestCookieWithRecordsIsRevoked(t *testing.T) {
	d := startDemoWith(t, "--addr", "127.0.0.1:0", "--store", "cookie:sqlite:"+filepath.Join(t.TempDir(), "records.db"))
	p, thief := chromium.New(t), chromium.New(t)
	p.Use(chromium.Screens[2])
	d.signIn(p, "alice", "wonderland")
	d.open(p, "/devices")
	p.SaysNot("keeps no record")
	p.Shoot(chromium.Screens[2], "devices-cookie-with-records")

	thief.Steal(p)
	d.open(thief, "/")
	thief.Says("Logged in as alice")
	p.Press(signOutButton)
	d.open(thief, "/")
	thief.Says("You are not logged in")
	thief.SaysNot("alice")
}

// changeKeys runs `coatcheck keys` and makes the demo read the file again, for the nth time.
func (d demo) changeKeys(t *testing.T, nth int, args ...string) {
	t.Helper()
	if out, err := coatcheck.Command(append([]string{"keys"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("coatcheck keys: %v\n%s", err, out)
	}
	d.Signal(syscall.SIGHUP)
	d.Notes.Await(t, "the keys were read again", nth)
}

// A new key signs nobody out, and those who come back get a cookie that it has sealed. When the
// old one goes, only who wasn't back since is signed out.
func TestKeyRotation(t *testing.T) {
	for _, store := range []string{"cookie:", "jwt:"} {
		t.Run(store, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "keys")
			if out, err := coatcheck.Command("keys", "new", file).CombinedOutput(); err != nil {
				t.Fatalf("coatcheck keys: %v\n%s", err, out)
			}
			d := startDemoWith(t, "--addr", "127.0.0.1:0", "--store", store, "--keys", file)
			back, away := chromium.New(t), chromium.New(t)
			d.signIn(back, "alice", "wonderland")
			d.signIn(away, "bob", "builder")
			before := back.Cookie("session").Value

			d.changeKeys(t, 1, "rotate", file)
			d.open(back, "/")
			back.Says("Logged in as alice")
			if after := back.Cookie("session"); after == nil || after.Value == before {
				t.Error("the cookie is still that of the old key")
			}
			d.changeKeys(t, 2, "rotate", "--keep", "1", file)
			d.open(back, "/")
			back.Says("Logged in as alice")
			d.open(away, "/")
			away.Says("You are not logged in")
		})
	}
}
