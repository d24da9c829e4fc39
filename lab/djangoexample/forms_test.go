package djangoexample

import (
	"encoding/json"
	"net/http"

	"github.com/coatcheck-go/session/lab/internal/chromium"
)

// That a form is accepted by the other side than the one that has rendered it, all other
// tests show. Here is what both refuse: a form without a token, with that of another
// visitor, and one from before the sign-in.
func forms(s *site) {
	v, other := s.visitor(), s.visitor()
	other.open("/cart/")
	stolen := chromium.Ask[string](other.Tab, `document.querySelector("[name=csrfmiddlewaretoken]").value`)
	v.open("/cart/")
	v.Submit(addHat)
	for _, button := range []string{addHat, empty} { // they lead to one side each
		for _, token := range []string{"", stolen} {
			v.open("/cart/")
			v.setToken(token)
			v.refused(button)
		}
	}

	old := map[string]*visitor{addHat: v.beside(), empty: v.beside()}
	for _, tab := range old {
		tab.open("/cart/")
	}
	v.signIn("demo", "umbrella")
	for button, tab := range old {
		tab.refused(button)
	}
	v.open("/cart/")
	v.Says("1 × hat")
}

// setToken gives all forms of the page a token, "" for none.
func (v *visitor) setToken(token string) {
	v.Helper()
	chromium.Ask[bool](v.Tab, `document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(
		field => `+quoted(token)+` ? field.value = `+quoted(token)+` : field.remove()), true`)
}

// quoted is a value as JavaScript has it.
func quoted(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and lists of them
	}
	return string(text)
}

// refused checks that a form isn't accepted.
func (v *visitor) refused(button string) {
	v.Helper()
	if status := v.Press(button); status != http.StatusForbidden {
		v.Errorf("%s leads to status %d", button, status)
	}
	v.Console.Expect(v, "403 (Forbidden)")
}
