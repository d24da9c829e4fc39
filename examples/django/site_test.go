package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/examples/internal/besidepython"
)

// python returns a Python that has Django: that of COATCHECK_PYTHON, or the one that
// scripts/python-peers.sh makes.
func python(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("COATCHECK_PYTHON"); path != "" {
		return path
	}
	cache, err := os.UserCacheDir()
	check(t, err)
	path := filepath.Join(cache, "coatcheck", "python", "bin", "python")
	if _, err := os.Stat(path); err != nil {
		t.Fatal("no Python with Django: run scripts/python-peers.sh, or set COATCHECK_PYTHON")
	}
	return path
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// A visitor has a browser that follows links.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
	body   string // of the last page
}

func (v *visitor) read(res *http.Response, err error) {
	v.t.Helper()
	check(v.t, err)
	body, err := io.ReadAll(res.Body)
	check(v.t, err)
	check(v.t, res.Body.Close())
	if v.body = string(body); res.StatusCode != http.StatusOK {
		v.t.Fatalf("%s: %s\n%s", res.Request.URL, res.Status, body)
	}
}

func (v *visitor) get(path string) {
	v.t.Helper()
	v.read(v.client.Get(v.base + path))
}

var token = regexp.MustCompile(`name="csrfmiddlewaretoken" value="(\w{64})"`)

// submit sends a form of the page that is shown.
func (v *visitor) submit(path string, fields url.Values) {
	v.t.Helper()
	m := token.FindStringSubmatch(v.body)
	if m == nil {
		v.t.Fatalf("no form on\n%s", v.body)
	}
	fields.Set("csrfmiddlewaretoken", m[1])
	v.read(v.client.PostForm(v.base+path, fields))
}

func (v *visitor) sees(want ...string) {
	v.t.Helper()
	for _, text := range want {
		if !strings.Contains(v.body, text) {
			v.t.Errorf("no %q on\n%s", text, v.body)
		}
	}
}

// both starts Django, and makes the Go side of it.
func both(t *testing.T, engine string) (app *besidepython.App, site http.Handler) {
	t.Helper()
	app, err := startDjango(besidepython.Options{Framework: "Django", Python: python(t)}, engine)
	check(t, err)
	t.Cleanup(func() { check(t, app.Stop()) })
	settings, err := readSettings(app)
	check(t, err)
	db, err := openDatabase(settings)
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	site, err = newSite(settings, db)
	check(t, err)
	return app, site
}

// browse is a new visitor, for whom Go serves what has moved.
func browse(t *testing.T, app *besidepython.App, site http.Handler, moved string) *visitor {
	t.Helper()
	proxy := besidepython.Options{Framework: "Django", Moved: strings.Fields(moved)}.Proxy(app.URL, site)
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	check(t, err)
	return &visitor{t: t, base: server.URL, client: &http.Client{Jar: jar}}
}

// all are the routes that Go can serve.
const all = "/ /login/ /password/ /logout/ /cart/ /cart/add/ /cart/empty/"

// Whatever has moved, a visitor notices nothing.
func TestEveryDivision(t *testing.T) {
	t.Parallel()
	app, site := both(t, "db")
	for _, moved := range []string{"", half, "/login/ /password/ /cart/ /cart/empty/", all} {
		t.Run(fmt.Sprintf("Go has %q", moved), func(t *testing.T) {
			shopping(browse(t, app, site, moved))
		})
	}
}

// So it is on every engine of Django's.
func TestEveryEngine(t *testing.T) {
	for _, engine := range []string{"file", "cache", "cached_db", "signed_cookies"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			app, site := both(t, engine)
			shopping(browse(t, app, site, half))
		})
	}
}

// A new password signs out everywhere but where it was changed, whichever side does it.
func TestPassword(t *testing.T) {
	t.Parallel()
	app, site := both(t, "db")
	old, change := "umbrella", url.Values{"old_password": {"umbrella"}, "new_password1": {"rain"}, "new_password2": {"rain"}}
	for _, moved := range []string{half, "/login/ /password/ /cart/"} {
		v, other := browse(t, app, site, moved), browse(t, app, site, moved)
		for _, v := range []*visitor{v, other} {
			v.get("/login/")
			v.submit("/login/", url.Values{"username": {"demo"}, "password": {old}})
			v.sees("Signed in as demo")
		}
		v.get("/password/")
		v.submit("/password/", url.Values{"old_password": {"hat"}, "new_password1": {"rain"}, "new_password2": {"rain"}})
		v.sees("Change your password", "old password")
		v.submit("/password/", url.Values{"old_password": {old}, "new_password1": {"rain"}, "new_password2": {"snow"}})
		v.sees("Change your password")
		v.submit("/password/", change)
		v.sees("Signed in as demo", "your password is changed")
		v.get("/cart/")
		v.sees("The cart of demo")
		for path, want := range map[string]string{"/": "You are not signed in", "/cart/": "Your cart", "/password/": "<h1>Sign in"} {
			other.get(path)
			other.sees(want)
		}
		old, change = "rain", url.Values{"old_password": {"rain"}, "new_password1": {"umbrella"}, "new_password2": {"umbrella"}}
	}
}

func shopping(v *visitor) {
	v.t.Helper()
	v.get("/cart/")
	v.submit("/cart/add/", url.Values{"item": {"hat"}})
	v.sees("one more hat in the cart.", "1 × hat")
	v.get("/login/")
	v.submit("/login/", url.Values{"username": {"demo"}, "password": {"umbrella"}})
	v.sees("Signed in as demo", "welcome, demo.")
	v.get("/")
	if strings.Contains(v.body, "welcome, demo.") {
		v.t.Error("a message is shown twice")
	}
	v.get("/cart/")
	v.submit("/cart/add/", url.Values{"item": {"hat"}})
	v.sees("2 × hat")
	v.submit("/cart/empty/", url.Values{})
	v.sees("the cart is empty.")
	v.get("/")
	v.sees("Signed in as demo")
	v.submit("/logout/", url.Values{})
	v.sees("goodbye.", "You are not signed in")
}

// What one side refuses, the other does, too.
func TestRefused(t *testing.T) {
	t.Parallel()
	app, site := both(t, "db")
	for _, moved := range []string{"", "/login/ /cart/add/"} {
		v := browse(t, app, site, moved)
		v.get("/login/")
		v.submit("/login/", url.Values{"username": {"demo"}, "password": {"hat"}})
		v.sees("there is no such user, or the password is another one.")
		v.get("/")
		v.sees("You are not signed in")
		res, err := v.client.PostForm(v.base+"/cart/add/", url.Values{"item": {"hat"}})
		check(t, err)
		check(t, res.Body.Close())
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("Go has %q: without a token the status is %d", moved, res.StatusCode)
		}
	}
}

// The program begins with Django and ends with it.
func TestRun(t *testing.T) {
	o := besidepython.Options{Framework: "Django", Addr: "127.0.0.1:0", Python: python(t)}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	check(t, run(ctx, o, "db"))
	if err := run(ctx, o, "no_such_engine"); err == nil {
		t.Error("it runs on an engine that doesn't exist")
	}
	o.Python = "no-such-interpreter"
	if err := run(ctx, o, "db"); err == nil || !strings.Contains(err.Error(), "pip install django") {
		t.Errorf("%v", err)
	}
}

func TestSetting(t *testing.T) {
	settings := map[string]any{"DATABASES": map[string]any{"default": map[string]any{"NAME": "db", "PORT": nil}}}
	if name, err := setting(settings, "DATABASES", "default", "NAME"); err != nil || name != "db" {
		t.Errorf("%q, %v", name, err)
	}
	for _, path := range [][]string{{"DATABASES", "default", "PORT"}, {"DATABASES", "other", "NAME"}, {"SECRET_KEY"}} {
		if _, err := setting(settings, path...); err == nil {
			t.Errorf("%q is no text", path)
		}
	}
}
