// Package chromium looks at a site as its visitors do: through a real Chromium.
//
// A [Tab] fails its test by itself when something can't be done, and so a test reads as
// what a visitor does and sees.
package chromium

import (
	"context"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds one step in the browser, on a machine that is busy with other things.
const patience = 30 * time.Second

// find returns the browser's path. Without a browser a test fails: what was not tried
// must not look as if it worked.
func find(tb testing.TB) string {
	tb.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	tb.Fatal("there is no Chromium on the PATH: run `make test`, which installs it, or `apt-get install chromium`")
	return ""
}

// quiet are the options of a browser that shows no window and asks nobody but the site
// under test.
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

// A Tab is a tab of a browser. Its visitor's cookies and cache are shared with no other
// Tab, but for those that [Tab.Beside] opens.
type Tab struct {
	testing.TB

	// Console has what the browser complains of. What is left in it when the Tab is
	// closed is an error.
	Console Console

	ctx context.Context
}

// New starts a browser that knows nothing yet. It ends with the test.
func New(t testing.TB, options ...chromedp.ExecAllocatorOption) *Tab {
	t.Helper()
	return Open(t, t.TempDir(), options...)
}

// Open starts a browser on the folder of its profile, in which it keeps what outlives it.
func Open(t testing.TB, dir string, options ...chromedp.ExecAllocatorOption) *Tab {
	t.Helper()
	all := slices.Concat(quiet, []chromedp.ExecAllocatorOption{chromedp.ExecPath(find(t)), chromedp.UserDataDir(dir)}, options)
	alloc, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), all...)
	t.Cleanup(cancel)
	return newTab(t, alloc)
}

// Visitor is another visitor for a test: a Tab in the same browser with cookies of its own,
// which is there sooner than a browser of its own.
func (b *Tab) Visitor(t testing.TB) *Tab {
	t.Helper()
	return newTab(t, b.ctx, chromedp.WithNewBrowserContext())
}

// Beside is another tab of the same visitor.
func (b *Tab) Beside() *Tab {
	b.Helper()
	return newTab(b.TB, b.ctx)
}

func newTab(t testing.TB, parent context.Context, options ...chromedp.ContextOption) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	t.Cleanup(cancel)
	b := &Tab{TB: t, ctx: ctx}
	b.must(chromedp.Listen(ctx, b.Console.listen))
	t.Cleanup(b.Close)
	return b
}

// Close ends the Tab as closing its window does, so that the browser writes down what is to
// outlive it; with the Tab that New or Open made the browser ends. A second time it does
// nothing.
func (b *Tab) Close() {
	b.Helper()
	if b.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Cancel(ctx); err != nil {
		b.Error(err)
	}
	for _, complaint := range b.Console.take() {
		b.Errorf("the browser's console says: %s", complaint)
	}
}

func (b *Tab) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
