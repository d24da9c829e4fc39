package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/compat/itsdangerous"
)

const key = "a key of some length"

// A visitor of the Go side has one cookie, which may be of Flask.
type visitor struct {
	t      *testing.T
	site   http.Handler
	signer *itsdangerous.URLSafeTimedSerializer
	cookie string
}

func newVisitor(t *testing.T) *visitor {
	t.Helper()
	site, err := newSite([]string{"FLASK_SECRET_KEY=" + key})
	if err != nil {
		t.Fatal(err)
	}
	signer, err := itsdangerous.NewURLSafeTimedSerializer([]string{key},
		itsdangerous.Options{Salt: "cookie-session", KeyDerivation: itsdangerous.HMAC})
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, site: site, signer: signer}
}

// comesFromFlask gives the visitor the cookie that Flask makes of a session.
func (v *visitor) comesFromFlask(text string) { v.cookie = v.signer.SealAt([]byte(text), time.Now()) }

// holds is what Flask will read from the cookie.
func (v *visitor) holds() string {
	v.t.Helper()
	if v.cookie == "" {
		return ""
	}
	text, _, err := v.signer.Open(v.cookie)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(text)
}

// send sends a request and keeps the cookie that comes back.
func (v *visitor) send(method, path string, fields url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if v.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: v.cookie})
	}
	w := httptest.NewRecorder()
	v.site.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		v.cookie = c.Value
	}
	return w
}

// get returns what a page says.
func (v *visitor) get(path string) string {
	v.t.Helper()
	w := v.send(http.MethodGet, path, nil)
	if w.Code != http.StatusOK {
		v.t.Errorf("%s: status %d", path, w.Code)
	}
	return w.Body.String()
}

// post sends a form, which leads to another page.
func (v *visitor) post(path, to string, field ...string) {
	v.t.Helper()
	fields := url.Values{}
	if len(field) > 0 {
		fields.Set(field[0], field[1])
	}
	if w := v.send(http.MethodPost, path, fields); w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
		v.t.Errorf("%s: status %d, to %q", path, w.Code, w.Header().Get("Location"))
	}
}

func (v *visitor) sees(page string, wants ...string) {
	v.t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			v.t.Errorf("no %q in %s", want, page)
		}
	}
}

// What Flask keeps, Go shows; what Go shows of messages is gone.
func TestSessionOfFlask(t *testing.T) {
	v := newVisitor(t)
	v.comesFromFlask(`{"_flashes":[{" t":["success","Flask says: <hello>."]}],"cart":{"lines":[{"count":2,"item":"hat"}]},` +
		`"since":{" d":"Tue, 14 Nov 2023 22:13:20 GMT"},"username":"alice"}`)
	v.sees(v.get("/"), "served by <strong>Go</strong>", "Logged in as alice", "22:13:20", "Flask says: &lt;hello&gt;.")
	page := v.get("/cart")
	v.sees(page, "The cart of alice", "2 × hat")
	if strings.Contains(page, "Flask says") {
		t.Error("the message is shown twice")
	}
	const left = `{"cart":{"lines":[{"count":2,"item":"hat"}]},"since":{" d":"Tue, 14 Nov 2023 22:13:20 GMT"},"username":"alice"}`
	if got := v.holds(); got != left {
		t.Errorf("Flask will find %s", got)
	}
}

var anyTime = regexp.MustCompile(`"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"`)

// What Go keeps is as Flask would have kept it.
func TestSessionForFlask(t *testing.T) {
	v := newVisitor(t)
	v.sees(v.get("/login"), `<form method="post" action="/login">`)
	v.post("/login", "/", "username", " alice ")
	for _, item := range []string{"hat", "scarf", "hat"} {
		v.post("/cart/add", "/cart", "item", item)
	}
	const want = `{"_flashes":[{" t":["success","Go says: welcome, alice."]},{" t":["success","Go says: one more hat in the cart."]},` +
		`{" t":["success","Go says: one more scarf in the cart."]},{" t":["success","Go says: one more hat in the cart."]}],` +
		`"cart":{"lines":[{"count":2,"item":"hat"},{"count":1,"item":"scarf"}]},"since":{" d":TIME},"username":"alice"}`
	if got := anyTime.ReplaceAllString(v.holds(), "TIME"); got != want {
		t.Errorf("Flask will find %s\nwant %s", got, want)
	}
	v.get("/cart")
	v.post("/cart/empty", "/cart")
	v.sees(v.get("/cart"), "There is nothing in it.", "the cart is empty")
	if got := anyTime.ReplaceAllString(v.holds(), "TIME"); got != `{"since":{" d":TIME},"username":"alice"}` {
		t.Errorf("Flask will find %s", got)
	}
}

func TestSignOut(t *testing.T) {
	v := newVisitor(t)
	v.comesFromFlask(`{"cart":{"lines":[{"count":2,"item":"hat"}]},"username":"alice"}`)
	v.post("/logout", "/")
	if got := v.holds(); got != `{"_flashes":[{" t":["success","Go says: goodbye."]}]}` {
		t.Errorf("after signing out Flask will find %s", got)
	}
	v.sees(v.get("/"), "You are not logged in", "goodbye")
	if v.cookie != "" {
		t.Errorf("nothing is left, and the cookie is: %s", v.holds())
	}
}

// Whoever signs in on top of another doesn't find that one's cart.
func TestAnotherUser(t *testing.T) {
	v := newVisitor(t)
	v.comesFromFlask(`{"cart":{"lines":[{"count":2,"item":"hat"}]},"username":"alice"}`)
	v.post("/login", "/", "username", "bob")
	v.sees(v.get("/cart"), "The cart of bob", "There is nothing in it.")
}

func TestNonsense(t *testing.T) {
	v := newVisitor(t)
	for path, fields := range map[string]url.Values{
		"/login":    {"username": {strings.Repeat("a", maxName+1)}},
		"/cart/add": {"item": {"elephant"}},
	} {
		if w := v.send(http.MethodPost, path, fields); w.Code != http.StatusBadRequest || v.cookie != "" {
			t.Errorf("%s: status %d, cookie %q", path, w.Code, v.cookie)
		}
	}
	v.comesFromFlask(`{"since":"yesterday"}`)
	if w := v.send(http.MethodGet, "/", nil); w.Code != http.StatusInternalServerError {
		t.Errorf("a value of another type: status %d", w.Code)
	}
}
