package djangoexample

import "github.com/coatcheck-go/session/lab/internal/chromium"

// Who signs in on one side is known to both, and so for signing out. What was in the cart
// before stays there until then.
func signingInAndOut(s *site) {
	v := s.visitor()
	v.is("")
	v.Submit(addHat)
	v.signIn("demo", "hat")
	v.Says("no such user, or the password is another one")
	v.is("")
	v.signIn("demo", "umbrella")
	v.Says(s.sides["/login/"]+" says: welcome, demo.", "served by "+s.sides["/"])
	v.is("demo")
	v.Says("1 × hat")
	v.open("/")
	v.Submit(signOut)
	v.Says(s.sides["/logout/"] + " says: goodbye.")
	v.is("")
	v.Says("There is nothing in it.")
}

// After signing out a copy of the cookie is good for nothing.
func copiedCookie(s *site) {
	v, thief := s.visitor(), s.visitor()
	v.signIn("demo", "umbrella")
	thief.Steal(v.Tab)
	thief.is("demo")
	v.open("/")
	v.Submit(signOut)
	thief.is("")
}

// Who changes the password stays signed in. Other browsers of that user are signed out at
// their next request, on either side.
func anotherPassword(s *site) {
	v, atGo, atDjango, bystander := s.visitor(), s.visitor(), s.visitor(), s.visitor()
	v.signIn("demo", "umbrella")
	for _, other := range []*visitor{atGo, atDjango} {
		other.signIn("demo", "umbrella")
	}
	bystander.signIn("admin", "cloakroom")
	v.changePassword("umbrella", "rain")
	v.is("demo")
	atGo.open("/")
	atGo.Says("You are not signed in")
	atDjango.open("/cart/")
	atDjango.Says("Your cart")
	atDjango.is("")
	atDjango.signIn("demo", "umbrella")
	atDjango.is("")
	bystander.is("admin")

	v.changePassword("rain", "umbrella")
	v.is("demo")
}

// Whom the admin makes inactive, or deletes, is signed out on both sides.
func admin(s *site) {
	v, boss := s.visitor(), s.visitor()
	boss.signIn("admin", "cloakroom")
	boss.Open(s.url + "/admin/auth/user/add/")
	boss.fillIn(map[string]string{"username": "guest", "password1": "a winter coat", "password2": "a winter coat"})
	boss.Submit(`[name="_save"]`)
	guest := chromium.Ask[string](boss.Tab, `location.href`) // where guest can be changed
	v.signIn("guest", "a winter coat")
	v.is("guest")

	boss.Tick(`[name="is_active"]`)
	boss.Submit(`[name="_save"]`)
	v.is("")
	v.signIn("guest", "a winter coat")
	v.is("")

	boss.Open(guest)
	boss.Tick(`[name="is_active"]`)
	boss.Submit(`[name="_save"]`)
	v.signIn("guest", "a winter coat")
	v.is("guest")

	boss.Open(guest + "../delete/")
	boss.Submit(`#content [type="submit"]`)
	boss.Says("deleted successfully")
	v.is("")
	boss.is("admin")
}
