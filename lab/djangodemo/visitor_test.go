package djangodemo

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// A visitor is a browser. It sends its cookies to both sites, as browsers send them to
// every port of a host.
type visitor struct {
	testing.TB
	client *http.Client
}

func newVisitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, &http.Client{Jar: jar}}
}

// read returns the page that an answer led to.
func (v *visitor) read(res *http.Response, err error) (body string) {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= http.StatusBadRequest {
		v.Fatalf("%s: %s, %v\n%s", res.Request.URL, res.Status, err, text)
	}
	return string(text)
}

func (v *visitor) get(url string) (body string) { v.Helper(); return v.read(v.client.Get(url)) }

var csrfField = regexp.MustCompile(`name="csrfmiddlewaretoken" value="(\w{64})"`)

// submit fills in the form of a page and sends it to action, with the token that the page
// has in it: Django's on both sites.
func (v *visitor) submit(page, action string, fields url.Values) (body string) {
	v.Helper()
	form := v.get(page)
	token := csrfField.FindStringSubmatch(form)
	if token == nil {
		v.Fatalf("no form on %s:\n%s", page, form)
	}
	fields.Set("csrfmiddlewaretoken", token[1])
	return v.read(v.client.PostForm(action, fields))
}

// A state is what Django knows of the visitor.
type state struct {
	Django   string
	User     string
	Username string // session["username"]
	Cart     json.RawMessage
	Messages []string
}

func (v *visitor) django(site string) (s state) {
	v.Helper()
	if err := json.Unmarshal([]byte(v.get(site+"/")), &s); err != nil {
		v.Fatal(err)
	}
	if !strings.HasPrefix(s.Django, "5.2.") {
		v.Fatalf("Django %s, want 5.2", s.Django)
	}
	return s
}

// A demoState is what the demo knows.
type demoState struct {
	Authenticated bool
	Username      string
	Store         string
	Values        map[string]json.RawMessage
}

func (v *visitor) demo(site string) (s demoState) {
	v.Helper()
	if err := json.Unmarshal([]byte(v.get(site+"/api/session")), &s); err != nil {
		v.Fatal(err)
	}
	return s
}

func (v *visitor) sees(body string, texts ...string) {
	v.Helper()
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(body), text) {
			v.Errorf("no %q in\n%s", text, body)
		}
	}
}
