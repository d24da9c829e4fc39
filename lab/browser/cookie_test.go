package browser

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
)

// The cookie as the browser keeps it. The demo has no TLS, so it isn't Secure;
// for that see TestHostCookie.
func TestCookie(t *testing.T) {
	d, p := startDemo(t), newProfile(t)
	d.open(p, "/")
	if c := p.cookie("session"); c != nil {
		t.Error("a page that needs no session set a cookie")
	}
	d.signIn(p, "alice", "wonderland")
	c := p.cookie("session")
	checkCookie(t, c, "127.0.0.1")
	if !c.Session {
		t.Error("the cookie outlives the browser, though nobody asked for it")
	}
	if seen := evaluate[string](p, `document.cookie`); seen != "" {
		t.Error("a script can read the cookie")
	}
}

func checkCookie(t *testing.T, c *network.Cookie, domain string) {
	t.Helper()
	if c == nil {
		t.Fatal("the browser has no cookie")
	}
	if !c.HTTPOnly || c.SameSite != network.CookieSameSiteLax || c.Path != "/" || c.Domain != domain {
		t.Errorf("HttpOnly %t, SameSite %q, path %q, domain %q", c.HTTPOnly, c.SameSite, c.Path, c.Domain)
	}
}

// lifetime is how long the browser will keep the cookie.
func lifetime(c *network.Cookie) time.Duration {
	return time.Until(time.UnixMilli(int64(c.Expires * 1000)))
}

func TestRememberMe(t *testing.T) {
	d, p := startDemo(t), newProfile(t)
	d.open(p, "/login")
	p.fill("[name=username]", "alice")
	p.fill("[name=password]", "wonderland")
	p.tick("[name=remember]")
	p.press(signInButton)
	c := p.cookie("session")
	checkCookie(t, c, "127.0.0.1")
	const want = 14 * 24 * time.Hour // the default lifetime
	if left := lifetime(c); c.Session || left > want+time.Minute || left < want-time.Hour {
		t.Errorf("the cookie lasts %v, want %v", left, want)
	}
}

// Sign-in ends the token from before: one that was planted is of no use.
func TestSignInChangesToken(t *testing.T) {
	d, p := startDemo(t), newProfile(t)
	d.open(p, "/login")
	before := p.cookie("session")
	checkCookie(t, before, "127.0.0.1")
	d.signIn(p, "alice", "wonderland")
	if after := p.cookie("session"); after == nil || after.Value == before.Value {
		t.Error("the token is the same after sign-in")
	}
}
