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
func both(t *testing.T) (app *djangoSite, site http.Handler) {
	t.Helper()
	app, err := startDjango(python(t))
	check(t, err)
	t.Cleanup(func() { check(t, app.stop()) })
	settings, err := app.settings()
	check(t, err)
	db, err := openDatabase(app.database)
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	site, err = newSite(settings, db)
	check(t, err)
	return app, site
}

// browse is a new visitor of a proxy.
func browse(t *testing.T, proxy http.Handler) *visitor {
	t.Helper()
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	check(t, err)
	return &visitor{t: t, base: server.URL, client: &http.Client{Jar: jar}}
}

// Whatever has moved, a visitor notices nothing.
func TestEveryDivision(t *testing.T) {
	app, site := both(t)
	for _, moved := range []string{"", half, "/login/ /cart/ /cart/empty/", "/ /login/ /logout/ /cart/ /cart/add/ /cart/empty/"} {
		t.Run(fmt.Sprintf("Go has %q", moved), func(t *testing.T) {
			shopping(browse(t, newProxy(app.url, site, strings.Fields(moved))))
		})
	}
}

func shopping(v *visitor) {
	v.t.Helper()
	v.get("/cart/")
	v.submit("/cart/add/", url.Values{"item": {"hat"}})
	v.sees("one more hat in the cart.", "1 × hat")
	v.get("/login/")
	v.submit("/login/", url.Values{"username": {"demo"}, "password": {"umbrella"}})
	v.sees("Signed in as demo", "welcome.")
	v.get("/")
	if strings.Contains(v.body, "welcome.") {
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
	app, site := both(t)
	for _, moved := range []string{"", "/login/ /cart/add/"} {
		v := browse(t, newProxy(app.url, site, strings.Fields(moved)))
		v.get("/login/")
		v.submit("/login/", url.Values{"username": {"demo"}, "password": {"hat"}})
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
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	check(t, run(ctx, "127.0.0.1:0", python(t), strings.Fields(half)))
	if err := run(ctx, "127.0.0.1:0", "no-such-interpreter", nil); err == nil || !strings.Contains(err.Error(), "pip install django") {
		t.Errorf("%v", err)
	}
	if err := run(ctx, "nowhere", python(t), nil); err == nil {
		t.Error("it listens nowhere")
	}
}
