package site

import (
	"context"
	"errors"
	"html"
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

// A visitor is a browser: it keeps cookies and follows redirects.
type visitor struct {
	testing.TB
	client *http.Client
	base   string
}

func newServer(tb testing.TB, config session.Config) string {
	tb.Helper()
	return newServerWith(tb, config, Options{StoreKind: "memory", StorePlace: "the memory of this test"})
}

func newServerWith(tb testing.TB, config session.Config, o Options) string {
	tb.Helper()
	if config.Store == nil && config.Engine == nil {
		config.Store = memstore.New(memstore.Options{})
	}
	config.Cookie.InsecureLoopback = true
	o.Accounts = Users{"alice": "wonderland", "bob": "builder"}
	handler, err := New(config, o)
	if err != nil {
		tb.Fatal(err)
	}
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	return server.URL
}

func newVisitor(tb testing.TB, base string) *visitor {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &visitor{TB: tb, client: &http.Client{Jar: jar}, base: base}
}

// An answer is a response read to its end.
type answer struct {
	*http.Response
	body string
}

func (v *visitor) do(r *http.Request) answer {
	v.Helper()
	res, err := v.client.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.Fatal(err)
	}
	return answer{res, string(body)}
}

func (v *visitor) request(method, path, body string) *http.Request {
	v.Helper()
	r, err := http.NewRequestWithContext(v.Context(), method, v.base+path, strings.NewReader(body))
	if err != nil {
		v.Fatal(err)
	}
	return r
}

func (v *visitor) call(method, path, body string) answer {
	v.Helper()
	return v.do(v.request(method, path, body))
}

func (v *visitor) get(path string) answer { v.Helper(); return v.call("GET", path, "") }

var csrfPattern = regexp.MustCompile(`name="csrf_token" value="([^"]+)"`)

// submit fills in a form of the page at path and sends it to action.
func (v *visitor) submit(path, action string, fields ...string) answer {
	v.Helper()
	found := csrfPattern.FindStringSubmatch(v.get(path).body)
	if found == nil {
		v.Fatalf("%s has no form", path)
	}
	form := url.Values{session.CSRFFormField: {found[1]}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := v.request("POST", action, form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(r)
}

func (v *visitor) signIn(name, password string) answer {
	v.Helper()
	return v.submit("/login", "/login", "username", name, "password", password)
}

// cookie is the value of the session cookie, "" if there is none.
func (v *visitor) cookie() string {
	v.Helper()
	u, err := url.Parse(v.base)
	if err != nil {
		v.Fatal(err)
	}
	for _, c := range v.client.Jar.Cookies(u) {
		if c.Name == "session" {
			return c.Value
		}
	}
	return ""
}

func (a answer) shows(tb testing.TB, texts ...string) answer {
	tb.Helper()
	body := html.UnescapeString(a.body)
	for _, text := range texts {
		if !strings.Contains(body, text) {
			tb.Errorf("%s %s: want %q in\n%s", a.Request.Method, a.Request.URL.Path, text, a.body)
		}
	}
	return a
}

func (a answer) hides(tb testing.TB, texts ...string) answer {
	tb.Helper()
	for _, text := range texts {
		if strings.Contains(html.UnescapeString(a.body), text) {
			tb.Errorf("%s %s: unwanted %q in\n%s", a.Request.Method, a.Request.URL.Path, text, a.body)
		}
	}
	return a
}

func (a answer) is(tb testing.TB, status int) answer {
	tb.Helper()
	if a.StatusCode != status {
		tb.Errorf("%s %s: status %d, want %d\n%s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}

func (a answer) problem(tb testing.TB, status int) answer {
	tb.Helper()
	a.is(tb, status)
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		tb.Errorf("%s %s: Content-Type %q", a.Request.Method, a.Request.URL.Path, got)
	}
	return a
}

func TestHomeOfAStrangerCostsNothing(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{Store: brokenStore{}}))
	a := v.get("/").is(t, 200).shows(t, "You are not logged in", "nothing to read", "No session cookie was set.")
	if got := a.Header["Set-Cookie"]; got != nil {
		t.Errorf("cookie for a stranger: %q", got)
	}
}

func TestEveryPageHasSafeHeadersAndNoScript(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.signIn("alice", "wonderland")
	for _, path := range []string{"/", "/login", "/cart", "/preferences", "/devices", "/inside", "/nothing"} {
		a := v.get(path).hides(t, "<script", "style=", "onclick")
		if csp := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none';") {
			t.Errorf("%s: Content-Security-Policy %q", path, csp)
		}
		if got := a.Header.Get("Cache-Control"); path != "/nothing" && got != "no-store" {
			t.Errorf("%s: Cache-Control %q, so that the back button may show it", path, got)
		}
	}
}

func TestStaticFilesAreForCachesAndWithoutSession(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{Store: brokenStore{}}))
	page := v.get("/").body
	for _, path := range regexp.MustCompile(`/static/[^"]+`).FindAllString(page, -1) {
		a := v.get(path).is(t, 200)
		if got := a.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
	v.get("/static/pico-LICENSE.md").shows(t, "MIT License")
}

func TestWhatIsNotThere(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.get("/nothing").is(t, 404).shows(t, "There is nothing at this address.", "<nav")
	v.get("/api/nothing").problem(t, 404)
	v.get("/cart/add").is(t, 405).shows(t, "Method Not Allowed")
	a := v.call("POST", "/api/session", "").problem(t, 405)
	if got := a.Header.Get("Allow"); got != "GET, HEAD" {
		t.Errorf("Allow: %q", got)
	}
}

func TestFormsNeedTheirToken(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.signIn("alice", "wonderland")
	for _, path := range []string{
		"/login", "/logout", "/cart/add", "/cart/change", "/cart/remove", "/cart/clear",
		"/preferences", "/devices/end", "/devices/end-others", "/devices/end-all",
	} {
		v.call("POST", path, "").is(t, 403).shows(t, "Nothing was changed")
	}
	v.get("/").shows(t, "Logged in as alice")
}

func TestOtherSitesAreRefused(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.signIn("alice", "wonderland")
	for _, path := range []string{"/logout", "/api/logout"} {
		r := v.request("POST", path, "")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		a := v.do(r).is(t, 403)
		if strings.HasPrefix(path, "/api/") {
			a.problem(t, 403)
		}
	}
	v.get("/").shows(t, "Logged in as alice")
}

// A brokenStore is a database that is down.
type brokenStore struct{}

var errDown = errors.New("the database is down")

func (brokenStore) Load(context.Context, session.Key) (session.Record, error) {
	return session.Record{}, errDown
}

func (brokenStore) Create(context.Context, session.Key, session.Record) (uint64, error) {
	return 0, errDown
}

func (brokenStore) Update(context.Context, session.Key, session.Record, session.Record) (uint64, error) {
	return 0, errDown
}

func (brokenStore) Delete(context.Context, session.Key) error { return errDown }

func TestStoreDownIs503(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{Store: brokenStore{}}))
	for _, path := range []string{"/login", "/cart", "/preferences"} { // pages with a form need a session
		v.get(path).is(t, 503).shows(t, "The store of the sessions doesn't answer").hides(t, errDown.Error())
	}
	a := v.call("PUT", "/api/session/values/a", "1").problem(t, 503)
	if a.Header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	v.call("POST", "/api/session/incr/a", "").problem(t, 503)
}

func TestWrongConfigIsAnError(t *testing.T) {
	if _, err := New(session.Config{}, Options{}); err == nil {
		t.Error("a site without a store")
	}
}
