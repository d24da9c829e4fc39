package flask

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// An exchange is a request of the captures, done here.
type exchange struct {
	settings map[string]any
	data     string // of the cookie that the visitor brings, "" for none
	page     func(*session.Session) error
	status   int
}

func setA(s *session.Session) error    { return s.Set("a", 1) }
func untouched(*session.Session) error { return nil }
func readA(s *session.Session) error   { _, err := s.Get("a"); return err }

const (
	withA     = `{"a":1}`
	permanent = `{"_permanent":true,"a":1}`
)

var attributes = map[string]any{
	"SESSION_COOKIE_DOMAIN": "example.com", "SESSION_COOKIE_SECURE": true, "SESSION_COOKIE_PATH": "/p", "SESSION_COOKIE_SAMESITE": "Lax",
}

// exchanges are what the lines of the captures stand for.
var exchanges = map[string]exchange{
	"new":                     {page: setA},
	"noaccess":                {page: untouched},
	"read":                    {data: withA, page: readA},
	"contains":                {data: withA, page: func(s *session.Session) error { _, err := s.Has("a"); return err }},
	"bad-cookie":              {data: "junk", page: readA},
	"permanent":               {page: func(s *session.Session) error { return firstErr(s.SetPersistent(true), s.Set("a", 1)) }},
	"perm-noaccess":           {data: permanent, page: untouched},
	"clear":                   {data: withA, page: (*session.Session).Destroy},
	"pop":                     {data: withA, page: func(s *session.Session) error { return s.Delete("a") }},
	"500":                     {data: withA, page: func(s *session.Session) error { return s.Set("a", 2) }, status: 500},
	"nested":                  {page: func(s *session.Session) error { return s.Set("l", []int{1}) }},
	"partitioned":             {page: setA, settings: map[string]any{"SESSION_COOKIE_PARTITIONED": true, "SESSION_COOKIE_SAMESITE": "None"}},
	"all":                     {page: setA, settings: attributes},
	"clear-all":               {data: withA, page: (*session.Session).Destroy, settings: attributes},
	"approot":                 {page: setA, settings: map[string]any{"APPLICATION_ROOT": "/root"}},
	"bad-cookie-noaccess":     {data: "junk", page: untouched, settings: map[string]any{"SESSION_REFRESH_EACH_REQUEST": false}},
	"perm-noaccess-norefresh": {data: permanent, page: untouched, settings: map[string]any{"SESSION_REFRESH_EACH_REQUEST": false}},
}

func firstErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

var (
	requestLine = regexp.MustCompile(`(?m)^(\S+) \| (\d+) \| Vary: (\S+) \| \[(.*)\]$`)
	quoted      = regexp.MustCompile(`'([^']*)'`)
)

// Every captured request gets the same status, Vary and Set-Cookie here. Werkzeug 2.2
// wrote Domain with a dot in front, which browsers take off; and Flask 2.2 forgot Vary
// when a view asked only whether a key is there.
func TestRequests(t *testing.T) {
	n := 0
	for _, file := range captures {
		for _, m := range requestLine.FindAllStringSubmatch(capture(t, file), -1) {
			n++
			x, ok := exchanges[m[1]]
			if !ok {
				t.Errorf("%s: nothing here is called %s", file, m[1])
				continue
			}
			old := strings.Contains(file, "2.2")
			if old && m[1] == "contains" {
				m[3] = "Cookie"
			}
			checkExchange(t, file+" "+m[1], x, m[3], strings.ReplaceAll(m[4], "Domain=.", "Domain="))
		}
	}
	if n < 30 {
		t.Errorf("%d requests in the captures", n)
	}
}

func checkExchange(t *testing.T, name string, x exchange, vary, cookies string) {
	t.Helper()
	res := x.do(t)
	if got := strings.Join(res.Header["Vary"], ", "); got != strings.ReplaceAll(vary, "None", "") {
		t.Errorf("%s: Vary %q, want %q", name, got, vary)
	}
	if want := max(x.status, 200); res.StatusCode != want {
		t.Errorf("%s: status %d, want %d", name, res.StatusCode, want)
	}
	wanted := quoted.FindAllStringSubmatch(cookies, -1)
	if len(wanted) != len(res.Header["Set-Cookie"]) {
		t.Errorf("%s: %q, want %s", name, res.Header["Set-Cookie"], cookies)
		return
	}
	for i, line := range res.Header["Set-Cookie"] {
		if got, want := attributesOf(t, line), attributesOf(t, wanted[i][1]); !maps.Equal(got, want) {
			t.Errorf("%s: %v\nwant %v", name, got, want)
		}
	}
}

func (x exchange) do(t *testing.T) *http.Response {
	t.Helper()
	s := presetSite(t, Options{}, x.settings)
	token := x.data
	if strings.HasPrefix(token, "{") {
		token = seal(t, token, time.Now())
	}
	return s.visit(token, func(w http.ResponseWriter, ss *session.Session) {
		check(t, x.page(ss))
		if x.status != 0 {
			w.WriteHeader(x.status)
		}
	})
}

// attributesOf takes a Set-Cookie line apart. What a cookie holds stands for it, and
// for a date to come how far it is, roughly.
func attributesOf(t *testing.T, line string) map[string]string {
	t.Helper()
	all := map[string]string{}
	parts := strings.Split(line, "; ")
	name, token, _ := strings.Cut(parts[0], "=")
	all[name] = token
	if token != "" {
		data, _, _ := newEngine(t, Options{}).signer.OpenUnsafe(token) // the captures' key isn't told
		all[name] = string(data)
	}
	for _, part := range parts[1:] {
		key, value, _ := strings.Cut(part, "=")
		all[key] = value
	}
	if date, err := http.ParseTime(all["Expires"]); err == nil && date.Year() > 2000 {
		all["Expires"] = "to come"
	}
	return all
}

// The date is Lifetime from now on, as Flask has it.
func TestRequests_ExpiresOfPermanent(t *testing.T) {
	s := presetSite(t, Options{}, map[string]any{"PERMANENT_SESSION_LIFETIME": 3600})
	res := s.visit("", func(_ http.ResponseWriter, ss *session.Session) {
		check(t, firstErr(ss.SetPersistent(true), ss.Set("a", 1)))
	})
	cookies := res.Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%v", cookies)
	}
	if left := time.Until(cookies[0].Expires); left > time.Hour || left < time.Hour-10*time.Second {
		t.Errorf("expires in %v", left)
	}
}

// What differs from Flask, each with its reason.
func TestRequests_Differences(t *testing.T) {
	differences := map[string]struct {
		x       exchange
		headers map[string][]string
	}{
		// A cache must not keep what a session made: Flask leaves that to the view.
		"read: no-store": {exchange{data: withA, page: readA}, map[string][]string{"Cache-Control": {"no-store"}, "Vary": {"Cookie"}, "Set-Cookie": nil}},
		// Nothing is there to be deleted, and Flask deletes it all the same.
		"set and deleted, no cookie": {exchange{page: func(s *session.Session) error { return firstErr(setA(s), s.Delete("a")) }},
			map[string][]string{"Vary": {"Cookie"}, "Set-Cookie": nil}},
		// Flask keeps a session of _permanent alone; here an empty one is never begun.
		"permanent, but empty": {exchange{page: func(s *session.Session) error { return s.SetPersistent(true) }},
			map[string][]string{"Vary": {"Cookie"}, "Set-Cookie": nil}},
	}
	for name, d := range differences {
		res := d.x.do(t)
		for header, want := range d.headers {
			if got := res.Header[header]; !slices.Equal(got, want) {
				t.Errorf("%s: %s %q, want %q", name, header, got, want)
			}
		}
	}
}
