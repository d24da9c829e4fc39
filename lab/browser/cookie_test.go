package browser

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

// The cookie as the browser keeps it. The demo has no TLS, so it isn't Secure;
// for that see TestHostCookie.
func TestCookie(t *testing.T) {
	d, p := startDemo(t), chromium.New(t)
	d.open(p, "/")
	if c := p.Cookie("session"); c != nil {
		t.Error("a page that needs no session set a cookie")
	}
	d.signIn(p, "alice", "wonderland")
	c := p.Cookie("session")
	checkCookie(t, c, "127.0.0.1")
	if !c.Session {
		t.Error("the cookie outlives the browser, though nobody asked for it")
	}
	if seen := chromium.Ask[string](p, `document.cookie`); seen != "" {
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
	d, p := startDemo(t), chromium.New(t)
	d.open(p, "/login")
	p.Fill("[name=username]", "alice")
	p.Fill("[name=password]", "wonderland")
	p.Tick("[name=remember]")
	p.Press(signInButton)
	c := p.Cookie("session")
	checkCookie(t, c, "127.0.0.1")
	const want = 14 * 24 * time.Hour // the default lifetime
	if left := lifetime(c); c.Session || left > want+time.Minute || left < want-time.Hour {
		t.Errorf("the cookie lasts %v, want %v", left, want)
	}
}

// Sign-in ends the token from before: one that was planted is of no use.
func TestSignInChangesToken(t *testing.T) {
	d, p := startDemo(t), chromium.New(t)
	d.open(p, "/login")
	before := p.Cookie("session")
	checkCookie(t, before, "127.0.0.1")
	d.signIn(p, "alice", "wonderland")
	if after := p.Cookie("session"); after == nil || after.Value == before.Value {
		t.Error("the token is the same after sign-in")
	}
}
