package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

func serve(t *testing.T) *httptest.Server {
	t.Helper()
	site, err := newSite(&users{passwords: map[string]string{"alice": "wonderland"}},
		session.Config{Store: memstore.New(memstore.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(site)
	t.Cleanup(server.Close)
	return server
}

// A browser has cookies of its own.
type browser struct {
	t      *testing.T
	site   *url.URL
	client http.Client
}

func open(t *testing.T, server *httptest.Server) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	site, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, site, http.Client{Transport: server.Client().Transport, Jar: jar}}
}

// signIn opens a browser and signs in.
func signIn(t *testing.T, server *httptest.Server) *browser {
	t.Helper()
	b := open(t, server)
	b.post("/login", "signed in as alice", "name", "alice", "password", "wonderland")
	return b
}

// get and post check that the page shows want, and return it.
func (b *browser) get(path, want string) (page string) {
	b.t.Helper()
	res, err := b.client.Get(b.site.String() + path)
	return b.read(res, err, want)
}

func (b *browser) post(path, want string, fields ...string) (page string) {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	res, err := b.client.PostForm(b.site.String()+path, form)
	return b.read(res, err, want)
}

func (b *browser) read(res *http.Response, err error, want string) string {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(body), want) {
		b.t.Errorf("%s: %v, page without %q:\n%s", res.Request.URL.Path, err, want, body)
	}
	return string(body)
}

// copyOf is a thief's browser: it has the cookie that b has now.
func (b *browser) copyOf(server *httptest.Server) *browser {
	thief := open(b.t, server)
	thief.client.Jar.SetCookies(b.site, b.client.Jar.Cookies(b.site))
	return thief
}

func TestSignInAndOut(t *testing.T) {
	server := serve(t)
	b := open(t, server)
	b.get("/", "not signed in")
	b.post("/login", "Invalid username or password", "name", "alice", "password", "builder")
	b.post("/login", "Invalid username or password", "name", "nobody", "password", "")
	b.get("/", "not signed in")
	b.post("/login", "signed in as alice", "name", "alice", "password", "wonderland")
	thief := b.copyOf(server)
	thief.get("/", "signed in as alice")
	b.post("/logout", "not signed in")
	thief.get("/", "not signed in")
}

func TestPagesOfTheSignedIn(t *testing.T) {
	b := open(t, serve(t))
	for _, path := range []string{"/devices", "/password"} {
		b.get(path, `action="/login"`)
	}
	b.post("/devices/end-others", `action="/login"`)
}

func TestRemember(t *testing.T) {
	server := serve(t)
	for _, remember := range []string{"", "on"} {
		b := open(t, server)
		b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		res, err := b.client.PostForm(server.URL+"/login",
			url.Values{"name": {"alice"}, "password": {"wonderland"}, "remember": {remember}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		cookies := res.Cookies()
		if len(cookies) != 1 || (cookies[0].MaxAge > 0) != (remember != "") {
			t.Errorf("remember %q: cookies %v", remember, cookies)
		}
	}
}

func TestDevices(t *testing.T) {
	server := serve(t)
	phone, desktop, tablet := signIn(t, server), signIn(t, server), signIn(t, server)
	page := desktop.get("/devices", "this device")
	if n := strings.Count(page, "<li>"); n != 3 {
		t.Errorf("%d devices, want 3", n)
	}
	others := regexp.MustCompile(`value="([\w-]{16})"`).FindAllStringSubmatch(phone.get("/devices", "this device"), -1)
	if len(others) != 3 {
		t.Fatalf("%d handles, want 3", len(others))
	}
	desktop.post("/devices/end-others", "All other devices are signed out.")
	phone.get("/", "not signed in")
	tablet.get("/", "not signed in")
	for _, handle := range others {
		desktop.post("/devices/end", "", "handle", handle[1])
	}
	desktop.get("/", "not signed in")
	signIn(t, server).post("/devices/end", "no such device", "handle", "…")
}

func TestChangeOfPassword(t *testing.T) {
	server := serve(t)
	phone, desktop := signIn(t, server), signIn(t, server)
	thief := desktop.copyOf(server)
	desktop.post("/password", "Wrong password", "old", "builder", "new", "looking-glass")
	desktop.post("/password", "At least 8", "old", "wonderland", "new", "short")
	thief.get("/", "signed in as alice")
	desktop.post("/password", "The password is changed", "old", "wonderland", "new", "looking-glass")
	desktop.get("/", "signed in as alice")
	for _, other := range []*browser{phone, thief} {
		other.get("/", "not signed in")
		other.post("/login", "Invalid username or password", "name", "alice", "password", "wonderland")
	}
	phone.post("/login", "signed in as alice", "name", "alice", "password", "looking-glass")
}
