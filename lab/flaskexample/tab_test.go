package flaskexample

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// patience bounds one step in the browser, on a machine that is busy with other things.
const patience = 30 * time.Second

// A tab is a Chromium with cookies of its own.
type tab struct {
	testing.TB
	ctx context.Context
}

func newTab(t *testing.T) *tab {
	t.Helper()
	alloc, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()),
		chromedp.ExecPath(findChromium(t)), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("headless", "new"),
		chromedp.NoSandbox, // tests run as root in containers
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-background-networking", true), // it asks nobody but the site under test
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-dev-shm-usage", true),
	)
	t.Cleanup(cancel)
	ctx, cancelTab := chromedp.NewContext(alloc)
	t.Cleanup(cancelTab)
	b := &tab{t, ctx}
	_, err := chromedp.Run(ctx, chromedp.Navigate("about:blank")) // the browser ends with the first step's context
	b.must(err)
	return b
}

// findChromium returns the browser's path. Without a browser these tests fail: what was
// not tried must not look as if it worked.
func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no Chromium on the PATH: run `make test`, which installs it, or `apt-get install chromium`")
	return ""
}

func (b *tab) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// visit opens a page.
func (b *tab) visit(url string) { b.Helper(); b.load(chromedp.Navigate(url)) }

// press clicks on a button, which leads to a page.
func (b *tab) press(selector string) { b.Helper(); b.load(chromedp.Click(chromedp.CSS(selector))) }

func (b *tab) load(step chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, step)
	b.must(err)
	if response == nil || response.Status != 200 {
		b.Fatalf("no page, or one that failed: %+v", response)
	}
}

// fill puts text into a field. It types nothing: SendKeys of chromedp v0.23.0 has a data
// race, and these tests run under the race detector.
func (b *tab) fill(selector, text string) {
	b.Helper()
	evaluate[string](b, fmt.Sprintf(`document.querySelector(%q).value = %q`, selector, text))
}

// signIn signs in on a site of either kind.
func (b *tab) signIn(site string) {
	b.Helper()
	b.visit(site + "/login")
	b.fill("[name=username]", "alice")
	if evaluate[bool](b, `document.querySelector("[name=password]") !== null`) {
		b.fill("[name=password]", "wonderland")
	}
	b.press(`form[action="/login"] button`)
}

func (b *tab) signOut() { b.Helper(); b.press(`form[action="/logout"] button`) }

// run does one step in the browser.
func run[T any](b *tab, a chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	b.must(err)
	return v
}

// evaluate asks the page, and waits if the answer is a promise.
func evaluate[T any](b *tab, expression string) T {
	b.Helper()
	return run(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// text is what the page says, with one space between words.
func (b *tab) text() string {
	b.Helper()
	return strings.Join(strings.Fields(evaluate[string](b, `document.body.textContent`)), " ")
}

func (b *tab) says(texts ...string) {
	b.Helper()
	all := b.text()
	for _, text := range texts {
		if !strings.Contains(all, text) {
			b.Errorf("the page doesn't say %q: %s", text, all)
		}
	}
}

func (b *tab) saysNot(text string) {
	b.Helper()
	if all := b.text(); strings.Contains(all, text) {
		b.Errorf("the page says %q: %s", text, all)
	}
}

// cookies returns the names of those that the browser has.
func (b *tab) cookies() (names []string) {
	b.Helper()
	jar, err := chromedp.CallBrowser(b.ctx, storage.GetCookies, storage.GetCookiesParams{})
	b.must(err)
	for _, c := range jar.Cookies {
		names = append(names, c.Name)
	}
	return names
}

// bypassCSP lets scripts of a test do on the page what the page's own may not.
func (b *tab) bypassCSP() error {
	_, err := chromedp.Call(b.ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
	return err
}

// shotsVariable names the folder for pictures of the pages, to be looked at.
const shotsVariable = "COATCHECK_SHOTS"

// fits sees to it that the page fits on a phone and on a desktop, and takes pictures of
// it there, if pictures are wanted.
func (b *tab) fits(name string) {
	b.Helper()
	for scheme, width := range map[string]int64{"light": 1280, "dark": 360} {
		b.use(scheme, width)
		if is := evaluate[int64](b, `document.documentElement.scrollWidth`); is > width {
			b.Errorf("%s is %d pixels wide on a screen of %d", name, is, width)
		}
		if dir := os.Getenv(shotsVariable); dir != "" {
			picture := run(b, chromedp.FullScreenshot(100))
			b.must(os.MkdirAll(dir, 0o700))
			b.must(os.WriteFile(filepath.Join(dir, "flask-"+name+"-"+scheme+".png"), picture, 0o600))
		}
	}
}

// use gives the browser a screen.
func (b *tab) use(scheme string, width int64) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	b.must(err)
	_, err = chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: 600, DeviceScaleFactor: 1, Mobile: width < 600,
	})
	b.must(err)
}
