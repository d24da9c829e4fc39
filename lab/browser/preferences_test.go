package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

const background = `getComputedStyle(document.documentElement).backgroundColor`

// The theme and the language that a visitor chooses are those of the next page.
func TestPreferences(t *testing.T) {
	d, p := startDemo(t), newProfile(t)
	choose(d, p, "light", "")
	d.open(p, "/")
	p.says("You are not logged in")
	light := evaluate[string](p, background)

	choose(d, p, "dark", "de")
	d.open(p, "/")
	p.says("Warenkorb")
	if lang := evaluate[string](p, `document.documentElement.lang`); lang != "de" {
		t.Errorf("the page's language is %q, want de", lang)
	}
	if dark := evaluate[string](p, background); dark == light {
		t.Errorf("the background is %s in the light and in the dark", dark)
	}
}

// choose sets the preferences, by the values in the form.
func choose(d *demo, p *profile, theme, language string) {
	p.Helper()
	d.open(p, "/preferences")
	p.tick(fmt.Sprintf(`[name=theme][value=%q]`, theme))
	run(p, chromedp.SetValue(chromedp.CSS(`[name=language]`), language))
	p.press(`form[action="/preferences"] button`)
}
