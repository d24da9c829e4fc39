package chromium

import (
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A Screen is what a page is looked at on.
type Screen struct {
	Name          string
	Width, Height int64
	Scheme        string // that the device prefers: light or dark
}

// Screens are those that every page must look well on.
var Screens = []Screen{
	{"phone-light", 390, 844, "light"},
	{"phone-dark", 390, 844, "dark"},
	{"desktop-light", 1280, 900, "light"},
	{"desktop-dark", 1280, 900, "dark"},
}

// Use gives the browser a screen.
func (b *Tab) Use(s Screen) {
	b.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.Width, Height: s.Height, DeviceScaleFactor: 1, Mobile: s.Width < 600,
	})
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.Scheme}},
	})
}

// FitsAll checks that the page fits on every screen, and takes pictures of it.
func (b *Tab) FitsAll(name string) {
	b.Helper()
	for _, s := range Screens {
		b.Use(s)
		b.Fits(s, name)
	}
}

// Fits checks that the page is no wider than the screen that is in use, and takes a
// picture.
func (b *Tab) Fits(s Screen, name string) {
	b.Helper()
	// The width of the window is no measure: a phone's grows with the page.
	if width := Ask[int64](b, `document.documentElement.scrollWidth`); width > s.Width {
		b.Errorf("%s is %d pixels wide on a screen of %d", name, width, s.Width)
	}
	b.Shoot(s, name)
}

// shotsVariable names the folder for pictures of the pages, to be looked at.
const shotsVariable = "COATCHECK_SHOTS"

// Shoot takes a picture of the whole page, if pictures are wanted.
func (b *Tab) Shoot(s Screen, name string) {
	b.Helper()
	dir := os.Getenv(shotsVariable)
	if dir == "" {
		return
	}
	picture := run(b, chromedp.FullScreenshot(100))
	b.must(os.MkdirAll(dir, 0o700))
	b.must(os.WriteFile(filepath.Join(dir, name+"-"+s.Name+".png"), picture, 0o600))
}
