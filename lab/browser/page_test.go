package browser

import (
	"context"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// visit opens url and returns the status of the page that came.
func (p *profile) visit(url string) (status int) {
	p.Helper()
	return p.load(chromedp.Navigate(url))
}

// press clicks on what selector finds, and returns the status of the page that
// comes of it.
func (p *profile) press(selector string) (status int) {
	p.Helper()
	return p.load(chromedp.Click(chromedp.CSS(selector)))
}

func (p *profile) load(step chromedp.Action[chromedp.Void]) (status int) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, step)
	p.must(err)
	if response == nil {
		p.Fatal("no page was loaded")
	}
	return int(response.Status)
}

func (p *profile) reload() {
	p.Helper()
	p.load(chromedp.Reload())
}

// back does what the back button does. The page may come from the browser's
// memory, without a response, and it may lead on to another.
func (p *profile) back() {
	p.Helper()
	history := run(p, chromedp.NavigationEntries())
	if history.CurrentIndex == 0 {
		p.Fatal("there is no page to go back to")
	}
	before := history.Entries[history.CurrentIndex-1]
	p.await(anyPage, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return t.Call(ctx, page.CommandNavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: before.ID}, nil)
	}))
}

// follow opens a page that by itself leads on to another one, and returns the
// status of that.
func (p *profile) follow(url, other string) (status int) {
	p.Helper()
	p.await(func(e page.EventFrameNavigated) bool { return e.Frame.URL == other }, chromedp.Navigate(url))
	return evaluate[int](p, `performance.getEntriesByType("navigation")[0].responseStatus`)
}

// await does what leads to a page that match is true for, and waits until that is
// there.
func (p *profile) await(match func(page.EventFrameNavigated) bool, step chromedp.Action[chromedp.Void]) {
	p.Helper()
	run(p, chromedp.WaitEvent(page.FrameNavigated, match, step))
	run(p, chromedp.Evaluate[bool](loaded, chromedp.EvalAwaitPromise))
}

func anyPage(page.EventFrameNavigated) bool { return true }

// loaded waits until the page is there with all that belongs to it.
const loaded = `new Promise(done => document.readyState === "complete" ? done(true)
	: addEventListener("load", () => done(true)))`

// fill types text into a field, in the place of what is in it.
func (p *profile) fill(selector, text string) {
	p.Helper()
	run(p, chromedp.Clear(chromedp.CSS(selector)))
	run(p, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// tick clicks on what leads to no other page.
func (p *profile) tick(selector string) {
	p.Helper()
	run(p, chromedp.Click(chromedp.CSS(selector)))
}

// run does one step in the browser.
func run[T any](p *profile, a chromedp.Action[T]) T {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	p.must(err)
	return v
}

// evaluate asks the page. The page's own scripts may be off.
func evaluate[T any](p *profile, expression string) T {
	p.Helper()
	return run(p, chromedp.Evaluate[T](expression))
}

// text is what the page says, with one space between words.
func (p *profile) text() string {
	p.Helper()
	return strings.Join(strings.Fields(evaluate[string](p, `document.body.textContent`)), " ")
}

func (p *profile) says(text string) {
	p.Helper()
	if page := p.text(); !strings.Contains(page, text) {
		p.Errorf("the page doesn't say %q: %s", text, page)
	}
}

func (p *profile) saysNot(text string) {
	p.Helper()
	if page := p.text(); strings.Contains(page, text) {
		p.Errorf("the page says %q: %s", text, page)
	}
}

// cookie returns the cookie of that name from the browser's jar, nil if there is
// none.
func (p *profile) cookie(name string) *network.Cookie {
	p.Helper()
	jar, err := chromedp.CallBrowser(p.ctx, storage.GetCookies, storage.GetCookiesParams{})
	p.must(err)
	for _, c := range jar.Cookies {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// forbidScripts turns JavaScript off in all pages to come.
func (p *profile) forbidScripts() {
	p.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled,
		emulation.SetScriptExecutionDisabledParams{Value: true})
	p.must(err)
}
