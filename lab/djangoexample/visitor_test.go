package djangoexample

import "github.com/coatcheck-go/session/lab/internal/chromium"

// What a visitor presses.
const (
	addHat  = `[value="hat"]`
	empty   = `form[action="/cart/empty/"] button`
	signIn  = `form[action="/login/"] button`
	signOut = `form[action="/logout/"] button`
)

// A visitor of the site, whose tab this is.
type visitor struct {
	*chromium.Tab

	s *site
}

// visitor is a new one.
func (s *site) visitor() *visitor {
	s.Helper()
	return &visitor{s.browser.Visitor(s.TB), s}
}

// beside is another tab of the visitor.
func (v *visitor) beside() *visitor {
	v.Helper()
	return &visitor{v.Beside(), v.s}
}

// open opens a page, which is served by the side that should.
func (v *visitor) open(path string) {
	v.Helper()
	v.Open(v.s.url + path)
	v.Says("served by " + v.s.sides[path])
}

// signIn signs in, and comes to the home page if that is who it is.
func (v *visitor) signIn(name, password string) {
	v.Helper()
	v.open("/login/")
	v.fillIn(map[string]string{"username": name, "password": password})
	v.Submit(signIn)
}

// fillIn fills fields of a form.
func (v *visitor) fillIn(fields map[string]string) {
	v.Helper()
	for name, text := range fields {
		v.Fill(`[name="`+name+`"]`, text)
	}
}

// changePassword changes it where the visitor is signed in.
func (v *visitor) changePassword(from, to string) {
	v.Helper()
	v.open("/password/")
	v.fillIn(map[string]string{"old_password": from, "new_password1": to, "new_password2": to})
	v.Submit(`form[action="/password/"] button`)
	v.Says(v.s.sides["/password/"]+" says: your password is changed.", "served by "+v.s.sides["/"])
}

// is checks who both sides say that the visitor is, "" for nobody: the home page is the
// one side's, the cart the other's.
func (v *visitor) is(name string) {
	v.Helper()
	home, cart := "You are not signed in", "Your cart"
	if name != "" {
		home, cart = "Signed in as "+name, "The cart of "+name
	}
	v.open("/")
	v.Says(home)
	v.open("/cart/")
	v.Says(cart)
}
