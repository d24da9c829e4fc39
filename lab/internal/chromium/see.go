package chromium

import (
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// Ask asks the page for the value of an expression, and waits if that is a promise. The
// page's own scripts may be off.
func Ask[T any](b *Tab, expression string) T {
	b.Helper()
	return run(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Text is what the page says, with one space between words.
func (b *Tab) Text() string {
	b.Helper()
	return strings.Join(strings.Fields(Ask[string](b, `document.body.textContent`)), " ")
}

// Says checks that the page says all of the texts.
func (b *Tab) Says(texts ...string) {
	b.Helper()
	all := b.Text()
	for _, text := range texts {
		if !strings.Contains(all, text) {
			b.Errorf("the page doesn't say %q: %s", text, all)
		}
	}
}

// SaysNot checks that the page says none of the texts.
func (b *Tab) SaysNot(texts ...string) {
	b.Helper()
	all := b.Text()
	for _, text := range texts {
		if strings.Contains(all, text) {
			b.Errorf("the page says %q: %s", text, all)
		}
	}
}

// Cookies returns those of the visitor.
func (b *Tab) Cookies() []*network.Cookie {
	b.Helper()
	jar, err := chromedp.CallBrowser(b.ctx, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: b.jar()})
	b.must(err)
	return jar.Cookies
}

// jar names the visitor's cookies, if there are several visitors in one browser.
func (b *Tab) jar() cdp.BrowserContextID { return chromedp.FromContext(b.ctx).BrowserContextID }

// CookieNames returns the names of those.
func (b *Tab) CookieNames() (names []string) {
	b.Helper()
	for _, c := range b.Cookies() {
		names = append(names, c.Name)
	}
	return names
}

// Cookie returns the cookie of that name, nil if there is none.
func (b *Tab) Cookie(name string) *network.Cookie {
	b.Helper()
	for _, c := range b.Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Steal gives the visitor a copy of another's cookies.
func (b *Tab) Steal(from *Tab) {
	b.Helper()
	var copies []*network.CookieParam
	for _, c := range from.Cookies() {
		copies = append(copies, &network.CookieParam{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path,
			Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: c.SameSite,
		})
	}
	if len(copies) == 0 {
		b.Fatal("there is no cookie to be copied")
	}
	_, err := chromedp.CallBrowser(b.ctx, storage.SetCookies, storage.SetCookiesParams{Cookies: copies, BrowserContextID: b.jar()})
	b.must(err)
}

// ForbidScripts turns JavaScript off in all pages to come.
func (b *Tab) ForbidScripts() {
	b.Helper()
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// BypassCSP lets scripts of a test do on pages to come what the pages' own may not.
func (b *Tab) BypassCSP() {
	b.Helper()
	call(b, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
}
