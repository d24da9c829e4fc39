package site

import (
	"net/http"
	"slices"

	"github.com/coatcheck-go/session"
)

const prefsKey = "preferences"

// prefs are how a visitor likes the site.
type prefs struct {
	Theme    string `json:"theme"`    // "light", "dark", "" for as the device is
	Language string `json:"language"` // "de", "fr", "" for English
}

// A choice is one of several in a form.
type choice struct{ Value, Name string }

var (
	themes    = []choice{{"", "As the device"}, {"light", "Light"}, {"dark", "Dark"}}
	languages = []choice{{"", "English"}, {"de", "Deutsch"}, {"fr", "Français"}}
)

// clean replaces what isn't among the choices by the first.
func (p prefs) clean() prefs {
	return prefs{Theme: among(themes, p.Theme), Language: among(languages, p.Language)}
}

func among(choices []choice, value string) string {
	if slices.ContainsFunc(choices, func(c choice) bool { return c.Value == value }) {
		return value
	}
	return choices[0].Value
}

// HTMLLanguage is for the attribute lang.
func (p prefs) HTMLLanguage() string {
	if p.Language == "" {
		return "en"
	}
	return p.Language
}

func (s *site) prefsPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.newPage(w, r, "preferences", "Preferences")
	if err != nil {
		return err
	}
	p.Data = struct{ Themes, Languages []choice }{themes, languages}
	return s.render(w, r, p)
}

func (s *site) prefsSave(w http.ResponseWriter, r *http.Request) error {
	chosen := prefs{Theme: r.PostFormValue("theme"), Language: r.PostFormValue("language")}.clean()
	if err := session.From(r).Set(prefsKey, chosen); err != nil {
		return err
	}
	return s.seeOther(w, r, "/preferences", session.Success, "Your preferences are in the session.")
}
