package flaskexample

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/lab/internal/chromium"
	"github.com/coatcheck-go/session/lab/internal/program"
)

// startBoth starts the example with all routes at Flask, and the demo beside it. Browsers
// send a cookie to all ports of a host.
func startBoth(t *testing.T) (flask, demo string) {
	t.Helper()
	return example.Start(t, "-addr", "127.0.0.1:0", "-python", program.NewestPython(t), "-go", "").URL,
		coatcheck.Start(t, "demo", "--addr", "127.0.0.1:0", "--store", "flask:").URL
}

// Signed in in Flask is signed in in the demo, and the other way round; so it is with
// signing out.
func TestDemoSignIn(t *testing.T) {
	flask, demo := startBoth(t)
	b := chromium.New(t)
	for _, c := range []struct{ in, out string }{{flask, demo}, {demo, flask}} {
		signIn(b, c.in)
		for _, site := range []string{flask, demo} {
			b.Open(site + "/")
			b.Says("Logged in as alice")
		}
		b.Open(c.out + "/")
		signOut(b)
		for _, site := range []string{flask, demo} {
			b.Open(site + "/")
			b.Says("You are not logged in")
		}
	}
}

// A cart and messages of both.
func TestDemoCart(t *testing.T) {
	const add = `form[action="/cart/add"]:has([value="scarf"]) button`
	flask, demo := startBoth(t)
	b := chromium.New(t)
	b.BypassCSP() // for Send on the demo
	signIn(b, flask)
	b.Open(flask + "/cart")
	b.Send(`[value="hat"]`)
	b.Open(demo + "/cart")
	b.Says("Flask says: one more hat in the cart.")
	b.Send(add)
	b.Open(flask + "/cart")
	b.Says("1 × hat", "1 × scarf", "Scarf: one more in the cart.")
	b.SaysNot("Flask says")
	b.Open(demo + "/cart")
	b.SaysNot("one more")
}

// The demo shows all that Flask keeps, tags turned into JSON.
func TestDemoShowsEveryKey(t *testing.T) {
	flask, demo := startBoth(t)
	b := chromium.New(t)
	signIn(b, flask)
	b.Open(flask + "/cart")
	b.Send(`[value="hat"]`)
	b.Open(demo + "/api/session")
	var state struct {
		Authenticated bool
		Username      string
		Store         string
		Values        map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(b.Text()), &state); err != nil {
		t.Fatal(err)
	}
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
