package chromium

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Visit opens url and returns the status of the page that came.
func (b *Tab) Visit(url string) (status int) {
	b.Helper()
	return b.load(chromedp.Navigate(url))
}

// Open is Visit for a page that must be there.
func (b *Tab) Open(url string) {
	b.Helper()
	if status := b.Visit(url); status != 200 {
		b.Errorf("%s: status %d", url, status)
	}
}

// Press clicks on what selector finds, and returns the status of the page that comes of
// it.
func (b *Tab) Press(selector string) (status int) {
	b.Helper()
	return b.load(chromedp.Click(chromedp.CSS(selector)))
}

// Submit is Press for a page that must be there.
func (b *Tab) Submit(selector string) {
	b.Helper()
	if status := b.Press(selector); status != 200 {
		b.Errorf("%s leads to status %d", selector, status)
	}
}

// Send sends the form that a button belongs to, and leaves the page that it leads to for
// later: so a message on it isn't shown yet.
func (b *Tab) Send(button string) {
	b.Helper()
	Ask[string](b, fmt.Sprintf(`(async button => {
		const body = new URLSearchParams(new FormData(button.form, button))
		return (await fetch(button.form.action, {method: "POST", body, redirect: "manual"})).type
	})(document.querySelector(%q))`, button))
}

func (b *Tab) load(step chromedp.Action[chromedp.Void]) (status int) {
	b.Helper()
	ctx, cancel := b.step()
	defer cancel()
	response, err := chromedp.RunResponse(ctx, step)
	b.must(err)
	if response == nil {
		b.Fatal("no page was loaded")
	}
	return int(response.Status)
}

// step is the time that one step in the browser may take.
func (b *Tab) step() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, patience)
}

// Reload does what the reload button does.
func (b *Tab) Reload() {
	b.Helper()
	b.load(chromedp.Reload())
}

// Back does what the back button does. The page may come from the browser's memory,
// without a response, and it may lead on to another.
func (b *Tab) Back() {
	b.Helper()
	history := run(b, chromedp.NavigationEntries())
	if history.CurrentIndex == 0 {
		b.Fatal("there is no page to go back to")
	}
	before := history.Entries[history.CurrentIndex-1]
	b.await(anyPage, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return t.Call(ctx, page.CommandNavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: before.ID}, nil)
	}))
}

// Follow opens a page that by itself leads on to another one, and returns the status of
// that.
func (b *Tab) Follow(url, other string) (status int) {
	b.Helper()
	b.await(func(e page.EventFrameNavigated) bool { return e.Frame.URL == other }, chromedp.Navigate(url))
	return Ask[int](b, `performance.getEntriesByType("navigation")[0].responseStatus`)
}

// await does what leads to a page that match is true for, and waits until that is there.
func (b *Tab) await(match func(page.EventFrameNavigated) bool, step chromedp.Action[chromedp.Void]) {
	b.Helper()
	run(b, chromedp.WaitEvent(page.FrameNavigated, match, step))
	Ask[bool](b, loaded)
}

func anyPage(page.EventFrameNavigated) bool { return true }

// loaded waits until the page is there with all that belongs to it.
const loaded = `new Promise(done => document.readyState === "complete" ? done(true)
	: addEventListener("load", () => done(true)))`

// Fill types text into a field, in the place of what is in it.
func (b *Tab) Fill(selector, text string) {
	b.Helper()
	if !Ask[bool](b, fmt.Sprintf(`(field => { field?.focus(); field?.select(); return !!field })(document.querySelector(%q))`, selector)) {
		b.Fatalf("the page has no field %s", selector)
	}
	// Not chromedp.SendKeys: v0.23.0 has a data race there.
	run(b, chromedp.KeyEvent(text))
}

// Tick clicks on what leads to no other page.
func (b *Tab) Tick(selector string) {
	b.Helper()
	run(b, chromedp.Click(chromedp.CSS(selector)))
}

// Select chooses a value in a list.
func (b *Tab) Select(selector, value string) {
	b.Helper()
	run(b, chromedp.SetValue(chromedp.CSS(selector), value))
}

// run does one step in the browser.
func run[T any](b *Tab, a chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := b.step()
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	b.must(err)
	return v
}

// call sends a command to the tab.
func call[P, R any](b *Tab, command cdp.Command[P, R], params P) R {
	b.Helper()
	answer, err := chromedp.Call(b.ctx, command, params)
	b.must(err)
	return answer
}
