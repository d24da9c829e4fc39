package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// shotsVariable names the folder that TestPages puts a picture of every page into,
// to be looked at.
const shotsVariable = "COATCHECK_SHOTS"

// A screen is what a page is looked at on.
type screen struct {
	name          string
	width, height int64
	scheme        string // that the device prefers
}

var screens = []screen{
	{"phone-light", 390, 844, "light"},
	{"phone-dark", 390, 844, "dark"},
	{"desktop-light", 1280, 900, "light"},
	{"desktop-dark", 1280, 900, "dark"},
}

// Every page fits on every screen, and the browser has nothing to complain of.
func TestPages(t *testing.T) {
	for _, s := range screens {
		t.Run(s.name, func(t *testing.T) {
			d, p, other := startDemo(t), newProfile(t), newProfile(t)
			d.signIn(other, "alice", "wonderland")
			p.use(s)
			tour(d, p, func(page string) { p.Helper(); p.inspect(s, page) })
		})
	}
}

// tour shows every page in each of its states.
func tour(d *demo, p *profile, show func(page string)) {
	p.Helper()
	see := func(page, path string) { p.Helper(); d.open(p, path); show(page) }
	see("home-anonymous", "/")
	see("inside-nothing", "/inside")
	see("login", "/login")
	d.signIn(p, "alice", "rabbit-hole")
	show("login-wrong")
	see("cart-empty", "/cart")
	shop(d, p)
	p.press(buttonFor("/cart/add", "scarf"))
	show("cart")
	d.signIn(p, "alice", "wonderland")
	show("signed-in")
	for _, language := range []string{"", "de"} {
		choose(d, p, "", language)
		show("preferences" + language)
		see("home"+language+"", "/")
		see("cart"+language+"", "/cart")
		see("devices"+language+"", "/devices")
		see("inside"+language, "/inside")
	}
	p.press(signOutButton)
	show("signed-out")
	p.visit(d.url + "/nowhere")
	p.console.expect(p, "404 (Not Found)")
	show("nowhere")
}

// use gives the browser a screen.
func (p *profile) use(s screen) {
	p.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.width, Height: s.height, DeviceScaleFactor: 1, Mobile: s.width < 600,
	})
	p.must(err)
	_, err = chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.scheme}},
	})
	p.must(err)
}

// inspect looks at the page as it is, and with all that can be unfolded.
func (p *profile) inspect(s screen, page string) {
	p.Helper()
	p.shoot(s, page)
	evaluate[bool](p, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
	// The width of the window is no measure: a phone's grows with the page.
	if width := evaluate[int64](p, `document.documentElement.scrollWidth`); width > s.width {
		p.Errorf("%s is %d pixels wide", page, width)
	}
	p.shoot(s, page+"-unfolded")
}

// shoot takes a picture of the whole page, if pictures are wanted.
func (p *profile) shoot(s screen, page string) {
	p.Helper()
	dir := os.Getenv(shotsVariable)
	if dir == "" {
		return
	}
	picture := run(p, chromedp.FullScreenshot(100))
	p.must(os.MkdirAll(dir, 0o700))
	p.must(os.WriteFile(filepath.Join(dir, s.name+"-"+page+".png"), picture, 0o600))
}
