package djangoexample

import "github.com/coatcheck-go/session/lab/internal/chromium"

// A message of one side is shown by the other, once.
func messages(s *site) {
	v := s.visitor()
	v.open("/cart/")
	v.Submit(addHat)
	v.Says(s.sides["/cart/add/"]+" says: one more hat in the cart.", "served by "+s.sides["/cart/"])
	v.Reload()
	v.SaysNot("one more")

	v.Send(empty)
	v.open("/")
	v.Says(s.sides["/cart/empty/"] + " says: the cart is empty.")
	v.open("/cart/")
	v.SaysNot("is empty")
}

// The cart is one, whoever changes it.
func shopping(s *site) {
	v := s.visitor()
	v.open("/cart/")
	v.Says("There is nothing in it.")
	for _, item := range []string{"hat", "scarf", "hat"} {
		v.Submit(`[value="` + item + `"]`)
	}
	v.Says("2 × hat", "1 × scarf")
	v.Submit(empty)
	v.Says("There is nothing in it.")
	v.Submit(addHat)
	v.Says("1 × hat")
}

// Requests of one page to both sides at once sign nobody out, whether they read or write.
// What Go puts into the cart is counted exactly; in Django the last request wins.
func atOnce(s *site) {
	v := s.visitor()
	v.signIn("demo", "umbrella")
	v.open("/cart/")
	v.atOnce("/cart/add/", "/", "/cart/", "/password/")
	v.is("demo")
	if s.sides["/cart/add/"] == "Go" {
		v.Says("6 × hat")
	}
	v.atOnce("/cart/add/", "/", "/cart/empty/", "/cart/")
	v.is("demo")
}

// atOnce sends six requests to each of the paths, POST to those that change something.
func (v *visitor) atOnce(paths ...string) {
	v.Helper()
	const send = `(async paths => {
		const csrfmiddlewaretoken = document.querySelector("[name=csrfmiddlewaretoken]").value
		const change = () => ({method: "POST", body: new URLSearchParams({csrfmiddlewaretoken, item: "hat"})})
		const all = await Promise.all([1, 2, 3, 4, 5, 6].flatMap(() => paths.map(path =>
			fetch(path, /cart.+(add|empty)/.test(path) ? change() : {}))))
		return all.filter(r => !r.ok).map(r => r.url + " " + r.status)
	})`
	if failed := chromium.Ask[[]string](v.Tab, send+`(`+quoted(paths)+`)`); len(failed) > 0 {
		v.Errorf("failed: %q", failed)
	}
}
