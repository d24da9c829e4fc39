package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

// trap serves a page that sends a form to target as soon as it is there.
func trap(t *testing.T, target string) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><title>Win a hat</title><link rel="icon" href="data:,">
<form method="post" action=%q><input name="item" value="hat"></form>
<footer></footer><script>document.forms[0].submit()</script>`, target)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// Another origin's form changes nothing. From another site (localhost) the browser
// sends no cookie with it, as SameSite=Lax asks; from another port of the same
// host, which is the same site, it does. The form of /cart/add needs a token
// besides; /api/logout doesn't.
func TestForeignForms(t *testing.T) {
	d, p := startDemo(t), chromium.New(t)
	d.signIn(p, "alice", "wonderland")
	for _, host := range []string{"localhost", "127.0.0.1"} {
		for _, path := range []string{"/cart/add", "/api/logout"} {
			page := strings.Replace(trap(t, d.URL+path), "127.0.0.1", host, 1)
			if status := p.Follow(page, d.URL+path); status != http.StatusForbidden {
				t.Errorf("a form from %s to %s: status %d, want 403", host, path, status)
			}
			d.open(p, "/cart")
			p.Says("Your cart is empty.")
			p.Says("alice")
		}
	}
	p.Console.Expect(t, "403 (Forbidden)")
}
