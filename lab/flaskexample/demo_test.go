package flaskexample

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// startBoth starts the example with all routes at Flask, and the demo beside it. Browsers
// send a cookie to all ports of a host.
func startBoth(t *testing.T) (flask, demo string) {
	t.Helper()
	return start(t, example, "-addr", "127.0.0.1:0", "-python", newestPython(t), "-go", ""),
		start(t, coatcheck, "demo", "--addr", "127.0.0.1:0", "--store", "flask:")
}

// Signed in in Flask is signed in in the demo, and the other way round; so it is with
// signing out.
func TestDemoSignIn(t *testing.T) {
	flask, demo := startBoth(t)
	b := newTab(t)
	for _, c := range []struct{ in, out string }{{flask, demo}, {demo, flask}} {
		b.signIn(c.in)
		for _, site := range []string{flask, demo} {
			b.visit(site + "/")
			b.says("Logged in as alice")
		}
		b.visit(c.out + "/")
		b.signOut()
		for _, site := range []string{flask, demo} {
			b.visit(site + "/")
			b.says("You are not logged in")
		}
	}
}

// post sends the form that a button belongs to, and leaves the page that it leads to for
// later: so the message on it isn't shown yet.
func (b *tab) post(button string) {
	b.Helper()
	b.must(b.bypassCSP())
	evaluate[string](b, `(async button => {
		const body = new URLSearchParams(new FormData(button.form, button))
		return (await fetch(button.form.action, {method: "POST", body, redirect: "manual"})).type
	})(document.querySelector(`+"`"+button+"`"+`))`)
}

// A cart and messages of both.
func TestDemoCart(t *testing.T) {
	const add = `form[action="/cart/add"]:has([value="scarf"]) button`
	flask, demo := startBoth(t)
	b := newTab(t)
	b.signIn(flask)
	b.visit(flask + "/cart")
	b.post(`[value="hat"]`)
	b.visit(demo + "/cart")
	b.says("Flask says: one more hat in the cart.")
	b.post(add)
	b.visit(flask + "/cart")
	b.says("1 × hat", "1 × scarf", "Scarf: one more in the cart.")
	b.saysNot("Flask says")
	b.visit(demo + "/cart")
	b.saysNot("one more")
}

// The demo shows all that Flask keeps, tags turned into JSON.
func TestDemoShowsEveryKey(t *testing.T) {
	flask, demo := startBoth(t)
	b := newTab(t)
	b.signIn(flask)
	b.visit(flask + "/cart")
	b.post(`[value="hat"]`)
	b.visit(demo + "/api/session")
	var state struct {
		Authenticated bool
		Username      string
		Store         string
		Values        map[string]json.RawMessage
	}
	b.must(json.Unmarshal([]byte(b.text()), &state))
	if !state.Authenticated || state.Username != "alice" || state.Store != "flask" {
		t.Errorf("%+v", state)
	}
	since, err := time.Parse(`"`+time.RFC3339+`"`, string(state.Values["since"]))
	if age := time.Since(since); err != nil || age < 0 || age > time.Hour {
		t.Errorf("since %s: %v", state.Values["since"], err)
	}
	for key, want := range map[string]string{
		"username": `"alice"`,
		"cart":     `{"lines":[{"count":1,"item":"hat"}]}`,
		"_flashes": `[["success","Flask says: one more hat in the cart."]]`,
	} {
		if got := string(state.Values[key]); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	keys := slices.Sorted(maps.Keys(state.Values))
	if got := strings.Join(keys, " "); got != "_flashes cart since username" {
		t.Errorf("keys %s", got)
	}
}
