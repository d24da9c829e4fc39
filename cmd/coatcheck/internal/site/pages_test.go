package site

import (
	"regexp"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

func TestSignInAndOut(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.signIn("alice", "builder").is(t, 200).shows(t, "Invalid username or password", `role="alert"`)
	v.signIn("nobody", "builder").shows(t, "Invalid username or password")
	v.get("/").shows(t, "You are not logged in")

	before := v.cookie()
	v.signIn("alice", "wonderland").is(t, 200).shows(t, "Logged in as alice", "You are signed in.")
	if v.cookie() == before {
		t.Error("sign-in kept the token")
	}
	v.get("/").shows(t, "Logged in as alice").hides(t, "You are signed in.")

	v.submit("/", "/logout").is(t, 200).shows(t, "You are not logged in", "You are signed out.")
	v.get("/").shows(t, "You are not logged in").hides(t, "You are signed out.")
}

func TestSignOutTellsTheBrowserToForget(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.signIn("alice", "wonderland")
	a := v.call("POST", "/api/logout", "").is(t, 204)
	if got := a.Header.Get("Clear-Site-Data"); !strings.Contains(got, `"cache"`) {
		t.Errorf("Clear-Site-Data: %q", got)
	}
	if v.cookie() != "" {
		t.Error("the cookie is still there")
	}
}

func TestRememberMe(t *testing.T) {
	for _, remember := range []string{"", "yes"} {
		v := newVisitor(t, newServer(t, session.Config{}))
		a := v.submit("/login", "/login", "username", "alice", "password", "wonderland", "remember", remember)
		set := a.Request.Response.Header.Get("Set-Cookie") // of the answer that redirected
		if has := strings.Contains(set, "Max-Age="); has != (remember != "") {
			t.Errorf("remember %q: %q", remember, set)
		}
		if has := strings.Contains(v.get("/inside").body, "<code>Max-Age</code>"); has != (remember != "") {
			t.Errorf("remember %q: page says otherwise", remember)
		}
	}
}

func TestCart(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.get("/cart").shows(t, "Your cart is empty.", "Umbrella")
	v.submit("/cart", "/cart/add", "item", "umbrella").shows(t, "Umbrella: one more in the cart.", "€ 19.90")
	v.submit("/cart", "/cart/add", "item", "umbrella")
	v.submit("/cart", "/cart/add", "item", "scarf").shows(t, "€ 39.80", "€ 24.50", "€ 64.30")
	v.submit("/cart", "/cart/change", "item", "scarf", "count", "3").shows(t, "€ 73.50", "€ 113.30")
	for _, count := range []string{"-1", "100", "x", ""} {
		v.submit("/cart", "/cart/change", "item", "scarf", "count", count).shows(t, "must be from 0 to 99", "€ 113.30")
	}
	v.submit("/cart", "/cart/change", "item", "scarf", "count", "99")
	v.submit("/cart", "/cart/add", "item", "scarf").is(t, 200)
	v.get("/api/session").shows(t, `{"count":99,"item":"scarf"}`)
	v.submit("/cart", "/cart/remove", "item", "umbrella").shows(t, "Umbrella: removed").hides(t, "€ 39.80")
	v.submit("/cart", "/cart/change", "item", "scarf", "count", "0").shows(t, "Your cart is empty.")
	v.submit("/cart", "/cart/add", "item", "hat")
	v.submit("/cart", "/cart/clear").shows(t, "Your cart is empty.")
	v.submit("/cart", "/cart/add", "item", "elephant").is(t, 400).shows(t, "There is no such thing in the shop.")
}

func TestCartIsKeptAtSignIn(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.submit("/cart", "/cart/add", "item", "hat")
	v.signIn("alice", "wonderland")
	v.get("/cart").shows(t, "€ 39.00", "Empty the cart")
}

func TestCartThatIsNoCart(t *testing.T) {
	for _, value := range []string{`"x"`, `{"lines":[{"item":"elephant","count":-7}]}`, `{"lines":7}`} {
		v := newVisitor(t, newServer(t, session.Config{}))
		v.call("PUT", "/api/session/values/cart", value).is(t, 204)
		v.call("PUT", "/api/session/values/preferences", value).is(t, 204)
		v.get("/cart").is(t, 200).shows(t, "nothing of this shop is in it")
		v.submit("/cart", "/cart/clear").is(t, 200).hides(t, "nothing of this shop is in it")
	}
	v := newVisitor(t, newServer(t, session.Config{}))
	v.call("PUT", "/api/session/values/cart", `"x"`)
	v.submit("/cart", "/cart/add", "item", "hat").is(t, 409).shows(t, "set through the API")
}

func TestPreferences(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.get("/").shows(t, `<html lang="en">`)
	v.submit("/preferences", "/preferences", "theme", "dark", "language", "de").
		shows(t, `<html lang="de" data-theme="dark">`, "<h1>Einstellungen</h1>", "Deine Einstellungen sind in der Sitzung.")
	v.get("/").shows(t, "Du bist nicht angemeldet")
	v.signIn("alice", "wonderland").shows(t, "Angemeldet als alice")
	v.submit("/preferences", "/preferences", "theme", `"><b>`, "language", "xx").
		shows(t, `<html lang="en">`, "<h1>Preferences</h1>")
	v.call("PUT", "/api/session/values/preferences", `{"theme":"neon","language":"xx"}`)
	v.get("/").shows(t, `<html lang="en">`)
}

func TestEveryPageInEveryLanguage(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.signIn("alice", "wonderland")
	v.submit("/cart", "/cart/add", "item", "hat")
	for _, language := range languages {
		v.submit("/preferences", "/preferences", "language", language.Value)
		for _, path := range []string{"/", "/login", "/cart", "/preferences", "/devices", "/inside"} {
			v.get(path).is(t, 200).shows(t, "</html>")
		}
	}
}

func TestEveryTextIsTranslated(t *testing.T) {
	used := regexp.MustCompile(`\.T "([^"]+)"|\(tab \. "[^"]+" "[^"]+" "([^"]+)"\)`)
	found := 0
	files, err := templateFiles.ReadDir("templates")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := templateFiles.ReadFile("templates/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(text), -1) {
			found++
			for _, language := range languages[1:] {
				if key := m[1] + m[2]; texts[key][language.Value] == "" {
					t.Errorf("%s: %q has no translation into %s", f.Name(), key, language.Name)
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d texts found", found)
	}
}

func TestFlashesAreShownOnceByLevel(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.get("/devices").shows(t, `class="flash info"`, "Sign in to see your devices.")
	v.get("/").hides(t, `class="flash`)
	v.submit("/login", "/login", "username", "alice").shows(t, `class="flash error"`)
	v.submit("/cart", "/cart/change", "item", "hat", "count", "x").shows(t, `class="flash warning"`)
	v.submit("/cart", "/cart/add", "item", "hat").shows(t, `class="flash success"`)
}

var thisDevice = regexp.MustCompile(`(?s)<article class="current">.*?name="handle" value="([^"]+)"`)

func ownHandle(t *testing.T, v *visitor) string {
	t.Helper()
	found := thisDevice.FindStringSubmatch(v.get("/devices").body)
	if found == nil {
		t.Fatal("this device isn't marked")
	}
	return found[1]
}

func TestDevices(t *testing.T) {
	base := newServer(t, session.Config{})
	one, two, three := newVisitor(t, base), newVisitor(t, base), newVisitor(t, base)
	for _, v := range []*visitor{one, two, three} {
		v.signIn("alice", "wonderland")
	}
	stranger := newVisitor(t, base)
	stranger.signIn("bob", "builder")

	page := two.get("/devices").shows(t, "this device", "127.0.0.1", "Go-http-client").body
	if n := strings.Count(page, `name="handle"`); n != 3 {
		t.Fatalf("%d devices, want 3", n)
	}
	handle := ownHandle(t, three)

	stranger.submit("/devices", "/devices/end", "handle", handle).shows(t, "signed out already")
	two.submit("/devices", "/devices/end", "handle", handle).shows(t, "That device is signed out")
	two.submit("/devices", "/devices/end", "handle", "nonsense").shows(t, "signed out already")
	three.get("/").shows(t, "You are not logged in")
	one.get("/").shows(t, "Logged in as alice")

	two.submit("/devices", "/devices/end-others").shows(t, "Signed out on 1 other device.")
	one.get("/").shows(t, "You are not logged in")
	two.get("/").shows(t, "Logged in as alice")

	one.signIn("alice", "wonderland")
	two.submit("/devices", "/devices/end-all").shows(t, "Signed out everywhere: on 2 devices.", "You are not logged in")
	one.get("/").shows(t, "You are not logged in")
	stranger.get("/").shows(t, "Logged in as bob")
}

func TestEndingThisVeryDeviceSignsOut(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.signIn("alice", "wonderland")
	v.submit("/devices", "/devices/end", "handle", ownHandle(t, v)).is(t, 200)
	v.get("/").shows(t, "You are not logged in")
}

func TestDeviceFormsNeedSignIn(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	for _, action := range []string{"/devices/end", "/devices/end-others", "/devices/end-all"} {
		v.submit("/login", action).is(t, 401).shows(t, "Sign in first.")
	}
}

func TestMaxSessionsEndsTheOldest(t *testing.T) {
	base := newServer(t, session.Config{MaxPerSubject: 1})
	one, two := newVisitor(t, base), newVisitor(t, base)
	one.signIn("alice", "wonderland").shows(t, "Logged in as alice")
	two.signIn("alice", "wonderland").shows(t, "Logged in as alice")
	one.get("/").shows(t, "You are not logged in")
}

func TestInsideShowsNoSecret(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.get("/inside").shows(t, "There is no session.")
	v.signIn("alice", "wonderland")
	v.submit("/cart", "/cart/add", "item", "hat")
	v.get("/inside").
		shows(t, "coat1_••••", "HttpOnly", "SameSite=Lax", "SHA-256(••••", "<dd>alice</dd>", `"item": "hat"`, "the memory of this test").
		hides(t, v.cookie(), v.cookie()[6:20])
}

func TestNoteTellsWhatHappened(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.get("/login").shows(t, "A session began", "A session cookie was set.", "Events: created.")
	v.get("/login").shows(t, "Nothing was written.", "No session cookie was set.", "Events: loaded.")
	v.submit("/cart", "/cart/add", "item", "hat").shows(t, "1 of its values decoded: cart.", "The session was saved")
	v.get("/cart").shows(t, "Nothing was written.")
}
