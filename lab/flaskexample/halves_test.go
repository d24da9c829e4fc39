package flaskexample

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sides say who serves a route.
type sides map[string]string

var readmeRow = regexp.MustCompile("(?m)^\\| `(/\\S*)` \\|.*\\| (Go|Flask) \\|$")

// readmeSides are as the example's README has them.
func readmeSides(t *testing.T) sides {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "flask", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := sides{}
	for _, row := range readmeRow.FindAllStringSubmatch(string(text), -1) {
		all[row[1]] = row[2]
	}
	if len(all) != 6 {
		t.Fatalf("README.md has %d routes: %v", len(all), all)
	}
	return all
}

// others are the sides with all routes changed over.
func (s sides) others() sides {
	all := sides{}
	for route, side := range s {
		all[route] = map[string]string{"Go": "Flask", "Flask": "Go"}[side]
	}
	return all
}

// ofGo are the routes that Go serves, as the example takes them.
func (s sides) ofGo() string {
	var routes []string
	for route, side := range s {
		if side == "Go" {
			routes = append(routes, route)
		}
	}
	slices.Sort(routes)
	return strings.Join(routes, " ")
}

// A visitor doesn't notice who serves a route: with the half that the README names, with
// the other half, and with the old Flask as well.
func TestHalves(t *testing.T) {
	half := readmeSides(t)
	for _, c := range []struct {
		name, python string
		sides        sides
		args         []string
	}{
		{"half", newestPython(t), half, nil},
		{"other half", newestPython(t), half.others(), []string{"-go", half.others().ofGo()}},
		{"Debian's Flask", debianPython(), half, []string{"-go", half.ofGo()}},
		{"other half, Debian's Flask", debianPython(), half.others(), []string{"-go", half.others().ofGo()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			site := start(t, example, append([]string{"-addr", "127.0.0.1:0", "-python", c.python}, c.args...)...)
			b := newTab(t)
			visitAll(b, site, c.sides)
		})
	}
}

// visitAll signs in, shops and signs out. What one route did, the next one shows, which
// is the other side's.
func visitAll(b *tab, site string, s sides) {
	b.Helper()
	b.visit(site + "/")
	b.says("You are not logged in", "served by "+s["/"])

	b.visit(site + "/login")
	b.says("served by " + s["/login"])
	b.fits("login-" + s["/login"])
	b.signIn(site)
	b.says("Logged in as alice", "since", s["/login"]+" says: welcome, alice.", "served by "+s["/"])
	b.fits("home-" + s["/"])

	b.visit(site + "/cart")
	b.says("The cart of alice", "There is nothing in it.", "served by "+s["/cart"])
	b.saysNot("welcome")
	for _, item := range []string{"hat", "scarf", "hat"} {
		b.press(`[value="` + item + `"]`)
		b.says(s["/cart/add"] + " says: one more " + item + " in the cart.")
	}
	b.says("2 × hat", "1 × scarf", "served by "+s["/cart"])
	b.fits("cart-" + s["/cart"])
	b.visit(site + "/cart")
	b.saysNot("one more")

	b.press(`form[action="/cart/empty"] button`)
	b.says(s["/cart/empty"]+" says: the cart is empty.", "There is nothing in it.")
	b.press(`[value="hat"]`)

	b.visit(site + "/")
	b.signOut()
	b.says("You are not logged in", s["/logout"]+" says: goodbye.")
	b.fits("signed-out-" + s["/"])
	b.visit(site + "/cart")
	b.says("Your cart", "There is nothing in it.", "served by "+s["/cart"])
	if left := b.cookies(); len(left) != 0 {
		b.Errorf("nothing is left of the session, and the browser has %v", left)
	}
}
