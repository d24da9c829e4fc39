package django

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/django"
)

// A step is one thing that a view does: its name and its arguments.
type step []any

// An exchange is a request to the same page in both languages.
type exchange struct {
	config question
	data   map[string]any // what the visitor's session holds; nil for none
	cookie string         // one that isn't known; with data it comes first of two
	steps  []step
}

// A reply is what of a response has to do with sessions.
type reply struct {
	Status  int
	Vary    string
	Cookies []string
	Body    string
}

var (
	plain   = map[string]any{"a": 1}
	set     = step{"set", "b", 2}
	read    = step{"get", "a"}
	closing = question{"SESSION_EXPIRE_AT_BROWSER_CLOSE": true}
	every   = question{"SESSION_SAVE_EVERY_REQUEST": true}
	odd     = question{"SESSION_COOKIE_NAME": "sid", "SESSION_COOKIE_DOMAIN": ".example.com", "SESSION_COOKIE_PATH": "/app", "SESSION_COOKIE_SECURE": true,
		"SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_AGE": 3600}
)

// requests get the same answer from both, but for Cache-Control, which Django leaves to the
// view.
var requests = map[string]exchange{
	"new":                             {steps: []step{set}},
	"no cookie, untouched":            {},
	"no cookie, read":                 {steps: []step{read}},
	"untouched":                       {data: plain},
	"read":                            {data: plain, steps: []step{read}},
	"unknown cookie, untouched":       {cookie: strings.Repeat("x", 32)},
	"unknown cookie, set":             {cookie: strings.Repeat("x", 32), steps: []step{set}},
	"malformed cookie, set":           {cookie: "abc", steps: []step{set}},
	"changed, status 500":             {data: plain, steps: []step{set, {"status", 500}}},
	"new, status 500":                 {steps: []step{set, {"status", 500}}},
	"read, status 500":                {data: plain, steps: []step{read, {"status", 500}}},
	"new, status 404":                 {steps: []step{set, {"status", 404}}},
	"save every request, changed":     {data: plain, steps: []step{set}, config: every},
	"save every request, untouched":   {data: plain, config: every},
	"save every request, read":        {data: plain, steps: []step{read}, config: every},
	"save every request, no cookie":   {config: every},
	"save every request, nothing":     {config: every, steps: []step{read}},
	"expiry 0":                        {data: plain, steps: []step{{"expiry", 0}}},
	"expiry of seconds":               {data: plain, steps: []step{{"expiry", 3600}}},
	"new, expiry of seconds":          {steps: []step{set, {"expiry", 3600}}},
	"browser close":                   {steps: []step{set}, config: closing},
	"rotated":                         {data: plain, steps: []step{{"cycle"}}},
	"rotated and set":                 {data: plain, steps: []step{{"cycle"}, set}},
	"flushed":                         {data: plain, steps: []step{{"flush"}}},
	"flushed and set":                 {data: plain, steps: []step{{"flush"}, set}},
	"every attribute":                 {config: odd, steps: []step{set}},
	"strict":                          {config: question{"SESSION_COOKIE_SAMESITE": "Strict"}, steps: []step{set}},
	"no SameSite":                     {config: question{"SESSION_COOKIE_SAMESITE": false, "SESSION_COOKIE_HTTPONLY": false}, steps: []step{set}},
	"a Vary that is there":            {data: plain, steps: []step{{"vary", "Accept-Encoding"}, read}},
	"a Vary of Cookie":                {data: plain, steps: []step{{"vary", "cookie, Accept"}, read}},
	"a Vary of everything":            {data: plain, steps: []step{{"vary", "*"}, read}},
	"test cookie":                     {steps: []step{{"test cookie"}}},
	"test cookie worked":              {data: map[string]any{"testcookie": "worked"}, steps: []step{{"worked"}}},
	"is a key there":                  {data: plain, steps: []step{{"has", "a"}, {"has", "b"}}},
	"deleted what isn't there":        {data: plain, steps: []step{{"get", "zz"}}},
	"nothing left, no cookie":         {steps: []step{set, {"delete", "b"}}},
	"flushed, status 500":             {data: plain, steps: []step{{"flush"}, {"status", 500}}},
	"unknown cookie twice":            {cookie: strings.Repeat("x", 32) + "; sessionid=" + strings.Repeat("y", 32), steps: []step{set}},
	"text":                            {steps: []step{{"set", "t", "zo\u00eb \U0001f600 <&>\u007f"}}},
	"changed":                         {data: plain, steps: []step{set}},
	"changed to what it is":           {data: plain, steps: []step{{"set", "a", 1}}},
	"changed, status 404":             {data: plain, steps: []step{set, {"status", 404}}},
	"changed, every attribute":        {data: plain, steps: []step{set}, config: odd},
	"all keys removed":                {data: plain, steps: []step{{"delete", "a"}}},
	"removed what isn't there":        {data: plain, steps: []step{{"delete", "zz"}}},
	"cleared":                         {data: plain, steps: []step{{"clear"}}},
	"cleared and set":                 {data: plain, steps: []step{{"clear"}, set}},
	"cleared, no cookie":              {steps: []step{{"clear"}}},
	"flushed, no cookie":              {steps: []step{{"flush"}}},
	"flushed, unknown cookie":         {cookie: strings.Repeat("x", 32), steps: []step{{"flush"}}},
	"rotated and set, no cookie":      {steps: []step{{"cycle"}, set}},
	"rotated, status 500":             {data: plain, steps: []step{{"cycle"}, {"status", 500}}},
	"save every request, status 500":  {data: plain, config: every, steps: []step{read, {"status", 500}}},
	"expiry of seconds, then default": {data: plain, steps: []step{{"expiry", 3600}, {"expiry", nil}}},
}

// withTable runs the test with sessions in Django's table, for each Django.
func withTable(t *testing.T, test func(t *testing.T, s *site, b backend)) {
	for version := range versions {
		t.Run("Django "+version, func(t *testing.T) { test(t, start(t, version), backends["db on SQLite"](t)) })
	}
}

func TestRequests(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		for name, x := range requests {
			if _, differs := s.differences()[name]; differs {
				continue
			}
			theirs, ours := s.answer(b, x), s.inGo(b, x)
			if theirs != ours {
				t.Errorf("%s: Django answers\n%s\nGo\n%s", name, theirs, ours)
			}
		}
	})
}

// A difference is a request that Django and Go answer otherwise, and why.
type difference struct {
	exchange

	django, ours string // what only that one's answer contains
	why          string
}

var differences = map[string]difference{
	"changed, goes with the browser": {
		exchange{data: plain, steps: []step{set}, config: closing}, "sessionid=", "Vary: Cookie\n\n",
		"the browser has that very cookie: it says nothing of an end that could have moved",
	},
	"save every request, goes with the browser": {
		exchange{data: plain, config: question{"SESSION_EXPIRE_AT_BROWSER_CLOSE": true, "SESSION_SAVE_EVERY_REQUEST": true}}, "sessionid=", "Vary: Cookie\n\n",
		"as changed, goes with the browser",
	},
	"save every request, untouched, status 500": {
		exchange{data: plain, config: every, steps: []step{{"status", 500}}}, "Vary: \n", "Vary: Cookie", "the session has been read to be saved",
	},
	"save every request, unknown cookie": {
		exchange{cookie: strings.Repeat("x", 32), config: every}, "sessionid=map[]", "Vary: Cookie\n\n", "an empty session is never made",
	},
	"rotated, no cookie": {
		exchange{steps: []step{{"cycle"}}}, "sessionid=map[]", "Vary: Cookie\n\n", "as save every request, unknown cookie: there is nothing to rotate",
	},
	"unknown cookie, read": {
		exchange{cookie: strings.Repeat("x", 32), steps: []step{read}}, "Max-Age:0", "Vary: Cookie\n\n",
		"a cookie that isn't known may be where a newer one was, and stays",
	},
	"malformed cookie, untouched": {
		exchange{cookie: "abc"}, "Max-Age:0", "Vary: \n\n", "a cookie is looked at when the session is used",
	},
	"malformed cookie, read": {
		exchange{cookie: "abc", steps: []step{read}}, "Max-Age:0", "Vary: Cookie\n\n", "as unknown cookie, read",
	},
	"two cookies": {
		exchange{data: plain, cookie: strings.Repeat("x", 32), steps: []step{read}}, "200 [1]", "200 [<nil>]", "one of them was planted, and none says which",
	},
	"ended meanwhile": {
		exchange{data: plain, steps: []step{read, {"end"}, set}}, "400", "409",
		"409 says what it is; compat.Interrupted makes it Django's 400",
	},
}

// oldDifferences are those of Django 3.2 besides.
var oldDifferences = map[string]difference{
	"save every request, untouched": {
		exchange{data: plain, config: every}, "Vary: \n", "Vary: Cookie", "the Vary came with the fix of CVE-2026-35192",
	},
}

// differences are those of the peer's Django.
func (s *site) differences() map[string]difference {
	all := maps.Clone(differences)
	if s.old {
		maps.Copy(all, oldDifferences)
	}
	return all
}

func TestDifferences(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		for name, d := range s.differences() {
			theirs, ours := s.answer(b, d.exchange), s.inGo(b, d.exchange)
			if !strings.Contains(theirs, d.django) || !strings.Contains(ours, d.ours) {
				t.Errorf("%s, for %s: Django should have %q\n%s\nGo %q\n%s", name, d.why, d.django, theirs, d.ours, ours)
			}
			if strings.Contains(ours, d.django) || strings.Contains(theirs, d.ours) {
				t.Errorf("%s, for %s: Django answers\n%s\nGo\n%s", name, d.why, theirs, ours)
			}
		}
	})
}

// A rotation before a 5xx: neither sends a cookie. Django has removed the old key already, so
// that the visitor's session is lost; here nothing was done.
func TestRotatedThenFailed(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		config := s.goSite(b, nil, compat.Options{}).Config
		m, err := session.New(config)
		check(t, err)
		ask := map[bool]func(x exchange){false: func(x exchange) { s.request(b, x) }, true: func(x exchange) { s.serve(config, x) }}
		for ours, ask := range ask {
			_, key, _ := strings.Cut(exchange{data: plain}.visitor(s, config), "=")
			ask(exchange{cookie: key, steps: []step{{"cycle"}, {"status", http.StatusInternalServerError}}})
			live, err := m.Exists(t.Context(), session.Token(key))
			check(t, err)
			if live != ours {
				t.Errorf("rotated by Go: %v; the session is there: %v", ours, live)
			}
		}
	})
}

// Interrupted answers as Django.
func TestInterrupted(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		config := s.goSite(b, nil, compat.Options{}).Config
		config.ErrorHandler = compat.Interrupted(nil)
		x := exchange{data: plain, steps: []step{read, {"end"}, set}}
		theirs := s.request(b, x)
		ours := s.serve(config, x)
		if theirs.Status != http.StatusBadRequest || ours.Status != http.StatusBadRequest {
			t.Errorf("%+v %+v", theirs, ours)
		}
	})
}

// visitor returns the Cookie header of a request, and makes its session.
func (x exchange) visitor(s *site, config session.Config) string {
	s.t.Helper()
	var cookies []string
	if x.cookie != "" {
		cookies = append(cookies, config.Cookie.Foreign.Name+"="+x.cookie)
	}
	if x.data != nil {
		m, err := session.New(config)
		check(s.t, err)
		mine := m.New(s.t.Context())
		check(s.t, mine.SetAll(x.data))
		check(s.t, mine.Save())
		cookies = append(cookies, config.Cookie.Foreign.Name+"="+mine.Token().Reveal())
	}
	return strings.Join(cookies, "; ")
}

// request lets Django answer.
func (s *site) request(b backend, x exchange) (r reply) {
	s.t.Helper()
	config := maps.Clone(b.settings)
	maps.Copy(config, x.config)
	q := question{"op": "request", "path": "/", "config": config, "steps": append([]step{}, x.steps...)}
	q["cookie"] = x.visitor(s, s.goSite(b, x.config, compat.Options{}).Config)
	s.ask(&r, q)
	return r
}

func (s *site) answer(b backend, x exchange) string { return s.normal(b, s.request(b, x)) }

// inGo answers itself.
func (s *site) inGo(b backend, x exchange) string {
	return s.normal(b, s.serve(s.goSite(b, x.config, compat.Options{}).Config, x))
}

func (s *site) serve(config session.Config, x exchange) reply {
	s.t.Helper()
	m, err := session.New(config)
	check(s.t, err)
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, "/", nil)
	if cookie := x.visitor(s, config); cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	m.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { x.page(m, w, r) })).ServeHTTP(w, r)
	return reply{w.Code, strings.Join(w.Header()["Vary"], ", "), w.Header()["Set-Cookie"], w.Body.String()}
}

// page is the view of peer.py.
func (x exchange) page(m *session.Manager, w http.ResponseWriter, r *http.Request) {
	s, status, answers := session.From(r), http.StatusOK, []any{}
	for _, step := range x.steps {
		name, args := step[0].(string), step[1:]
		switch name {
		case "status":
			status = args[0].(int)
		case "vary":
			w.Header().Set("Vary", args[0].(string))
		case "end":
			_, _ = s.Has("a") // Django's view has read it, too
			_ = m.End(r.Context(), s.Token())
			answers = append(answers, nil)
		default:
			answer, err := steps[name](s, args)
			if err != nil {
				http.Error(w, err.Error(), session.StatusCode(err))
				return
			}
			answers = append(answers, answer)
		}
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answers)
}

var steps = map[string]func(s *session.Session, args []any) (any, error){
	"set":    func(s *session.Session, args []any) (any, error) { return nil, s.Set(args[0].(string), args[1]) },
	"get":    func(s *session.Session, args []any) (any, error) { return s.Get(args[0].(string)) },
	"has":    func(s *session.Session, args []any) (any, error) { return s.Has(args[0].(string)) },
	"delete": func(s *session.Session, args []any) (any, error) { return nil, s.Delete(args[0].(string)) },
	"clear":  func(s *session.Session, _ []any) (any, error) { return nil, s.Clear() },
	"flush":  func(s *session.Session, _ []any) (any, error) { return nil, s.Destroy() },
	"cycle":  func(s *session.Session, _ []any) (any, error) { return nil, s.Rotate() },
	"expiry": func(s *session.Session, args []any) (any, error) {
		switch seconds := args[0]; seconds {
		case nil:
			return nil, s.ExpireDefault()
		case 0:
			return nil, s.ExpireAtBrowserClose()
		default:
			return nil, s.ExpireAfter(time.Duration(seconds.(int)) * time.Second)
		}
	},
	"test cookie": func(s *session.Session, _ []any) (any, error) { return nil, s.SetTestCookie() },
	"worked":      func(s *session.Session, _ []any) (any, error) { return s.TestCookieWorked() },
}

var randomKey = regexp.MustCompile(`^[a-z0-9]{32}$`)

// normal is a reply without what differs from one request to the next: a key that the
// visitor has got is replaced by what is stored under it, and a time by how far off it is.
func (s *site) normal(b backend, r reply) string {
	s.t.Helper()
	var body any
	if json.Unmarshal([]byte(r.Body), &body) != nil {
		body = "an error"
	}
	text := fmt.Sprintf("%d %v\nVary: %s\n", r.Status, body, r.Vary)
	for _, line := range r.Cookies {
		text += s.normalCookie(b, line)
	}
	return text + "\n"
}

func (s *site) normalCookie(b backend, line string) string {
	line = strings.Replace(line, `=""`, "=", 1)
	c, err := http.ParseSetCookie(line)
	check(s.t, err)
	domain := strings.TrimPrefix(c.Domain, ".") // as browsers do
	if c.MaxAge < 0 {
		// Go's has all attributes of the one that is removed, Django's some.
		return fmt.Sprintf("%s removed; Path=%s; Domain=%s; Max-Age:0\n", c.Name, c.Path, domain)
	}
	value := c.Value
	if randomKey.MatchString(value) {
		value = s.stored(b, value)
	}
	attributes := []string{"Path=" + c.Path, "Domain=" + domain, fmt.Sprint("Secure:", c.Secure), fmt.Sprint("HttpOnly:", c.HttpOnly), fmt.Sprint("SameSite:", c.SameSite)}
	if !c.Expires.IsZero() || c.MaxAge != 0 {
		attributes = append(attributes, fmt.Sprint("Max-Age:", c.MaxAge, " Expires:", time.Until(c.Expires).Round(5*time.Second)))
	}
	slices.Sort(attributes)
	return c.Name + "=" + value + "; " + strings.Join(attributes, "; ") + "\n"
}

// stored returns the values of a session in the table.
func (s *site) stored(b backend, key string) string {
	s.t.Helper()
	m := s.manager(b, nil, compat.Options{})
	mine, err := m.Open(s.t.Context(), session.Token(key))
	check(s.t, err)
	items, err := mine.Items()
	check(s.t, err)
	return fmt.Sprint(items)
}
