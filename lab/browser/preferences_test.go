package browser

import (
	"fmt"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

const background = `getComputedStyle(document.documentElement).backgroundColor`

// The theme and the language that a visitor chooses are those of the next page.
func TestPreferences(t *testing.T) {
	d, p := startDemo(t), chromium.New(t)
	choose(d, p, "light", "")
	d.open(p, "/")
	p.Says("You are not logged in")
	light := chromium.Ask[string](p, background)

	choose(d, p, "dark", "de")
	d.open(p, "/")
	p.Says("Warenkorb")
	if lang := chromium.Ask[string](p, `document.documentElement.lang`); lang != "de" {
		t.Errorf("the page's language is %q, want de", lang)
	}
	if dark := chromium.Ask[string](p, background); dark == light {
		t.Errorf("the background is %s in the light and in the dark", dark)
	}
}

// choose sets the preferences, by the values in the form.
func choose(d demo, p *chromium.Tab, theme, language string) {
	p.Helper()
	d.open(p, "/preferences")
	p.Tick(fmt.Sprintf(`[name=theme][value=%q]`, theme))
	p.Select(`[name=language]`, language)
	p.Press(`form[action="/preferences"] button`)
}
