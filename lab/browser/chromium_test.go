// Package browser tests the demo, and the cookie of a site with TLS, in a real
// Chromium.
package browser

import (
	"context"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds one step in the browser, on a machine that is busy with other
// things.
const patience = 30 * time.Second

// findChromium returns the browser's path. Without a browser these tests fail:
// what was not tried must not look as if it worked.
func findChromium(tb testing.TB) string {
	tb.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	tb.Fatal("there is no Chromium on the PATH: run `make test`, which installs it, or `apt-get install chromium`")
	return ""
}

// quiet are the options of a browser that shows no window and asks nobody but
// the site under test.
var quiet = []chromedp.ExecAllocatorOption{
	chromedp.Flag("headless", "new"),
	chromedp.NoSandbox, // tests run as root in containers
	chromedp.DisableGPU,
	chromedp.NoFirstRun,
	chromedp.NoDefaultBrowserCheck,
	chromedp.Flag("disable-quic", true),
	chromedp.Flag("disable-background-networking", true),
	chromedp.Flag("disable-component-update", true),
	chromedp.Flag("disable-default-apps", true),
	chromedp.Flag("disable-dev-shm-usage", true),
	chromedp.Flag("disable-extensions", true),
	chromedp.Flag("disable-sync", true),
	chromedp.Flag("password-store", "basic"),
}

// A profile is one browser with cookies, cache and history of its own: one device
// of a visitor.
type profile struct {
	testing.TB
	ctx     context.Context
	console console
}

// newProfile starts a browser that knows nothing yet.
func newProfile(t *testing.T, options ...chromedp.ExecAllocatorOption) *profile {
	t.Helper()
	return openProfile(t, t.TempDir(), options...)
}

// openProfile starts a browser on the folder of its profile. It is closed, and
// its console looked at, when the test ends.
func openProfile(t *testing.T, dir string, options ...chromedp.ExecAllocatorOption) *profile {
	t.Helper()
	all := slices.Concat(quiet, []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(findChromium(t)), chromedp.UserDataDir(dir),
	}, options)
	alloc, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), all...)
	t.Cleanup(cancel)
	ctx, cancelTab := chromedp.NewContext(alloc)
	t.Cleanup(cancelTab)
	p := &profile{TB: t, ctx: ctx}
	p.must(chromedp.Listen(ctx, p.console.listen))
	t.Cleanup(p.close)
	return p
}

// close ends the browser as closing its window does, so that it writes down what
// is to outlive it.
func (p *profile) close() {
	p.Helper()
	if p.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	p.check(chromedp.Cancel(ctx))
	for _, complaint := range p.console.take() {
		p.Errorf("the browser's console says: %s", complaint)
	}
}

func (p *profile) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *profile) check(err error) {
	p.Helper()
	if err != nil {
		p.Error(err)
	}
}
