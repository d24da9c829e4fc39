package djangoexample

// Every page of both sides fits on every screen.
func pages(s *site) {
	v := s.visitor()
	show := func(name, path string) {
		v.Helper()
		v.FitsAll("django-" + name + "-" + s.sides[path])
	}
	v.open("/")
	show("home", "/")
	v.open("/cart/")
	show("cart-empty", "/cart/")
	v.Submit(addHat)
	show("cart", "/cart/")
	v.signIn("demo", "hat")
	show("login-wrong", "/login/")
	v.signIn("demo", "umbrella")
	show("signed-in", "/")
	v.open("/password/")
	show("password", "/password/")
	v.fillIn(map[string]string{"old_password": "hat", "new_password1": "rain", "new_password2": "snow"})
	v.Submit(`form[action="/password/"] button`)
	show("password-wrong", "/password/")
	v.open("/cart/")
	show("cart-of", "/cart/")
}
