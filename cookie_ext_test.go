package session_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// cookiePages is a site with a page for every way to get a cookie sent or
// removed.
func cookiePages(t *testing.T, c session.Config) (s *site, paths []string) {
	s = newSite(t, c)
	pages := map[string]func(*session.Session) error{
		"/set":        func(s *session.Session) error { return s.Set("k", "v") },
		"/read":       func(s *session.Session) error { _, err := s.Get("k"); return err },
		"/flash":      func(s *session.Session) error { return s.AddFlash(session.Flash{Message: "hello"}) },
		"/csrf":       func(s *session.Session) error { _, err := s.CSRFToken(); return err },
		"/rotate":     (*session.Session).Rotate,
		"/login":      func(s *session.Session) error { return s.Login("alice") },
		"/remember":   func(s *session.Session) error { return s.SetPersistent(true) },
		"/forget":     (*session.Session).ExpireAtBrowserClose,
		"/after":      func(s *session.Session) error { return s.ExpireAfter(time.Hour) },
		"/at":         func(s *session.Session) error { return s.ExpireAt(time.Now().Add(time.Hour)) },
		"/limits":     func(s *session.Session) error { return s.SetLimits(session.AAL3) },
		"/destroy":    (*session.Session).Destroy,
		"/logout":     (*session.Session).Logout,
		"/logout-set": func(s *session.Session) error { return firstErr(s.Logout(), s.Set("k", "v")) },
	}
	for path, f := range pages {
		s.do(path, f)
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return s, paths
}

func firstErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Every Set-Cookie that any page sends is one that browsers take, and is as it
// should be. Each page is visited by each kind of visitor.
func TestMB10_EverySetCookieOfEveryPage(t *testing.T) {
	s, paths := cookiePages(t, session.Config{RefreshEachRequest: true, Persistent: true})
	sent := 0
	for _, path := range paths {
		for _, v := range []*visitor{s.visitor(), s.withValue("k", "v"), s.loggedIn("alice"), {s, "junk"}} {
			res := v.raw(http.MethodGet, path)
			cookies := v.sessionCookies(res)
			if len(res.Header["Set-Cookie"]) > 1 || len(cookies) != len(res.Header["Set-Cookie"]) {
				t.Errorf("%s: cookies %q, want one of ours at most", path, res.Header["Set-Cookie"])
			}
			for _, c := range cookies {
				sent++
				checkCookie(t, path, c)
			}
		}
	}
	if sent < len(paths) {
		t.Errorf("only %d cookies from %d pages", sent, len(paths))
	}
}

// checkCookie checks a cookie of the default settings.
func checkCookie(t *testing.T, path string, c *http.Cookie) {
	t.Helper()
	const maxAge = 400 * 24 * 60 * 60
	switch {
	case c.Name != "__Host-Http-session":
		t.Errorf("%s: name %q", path, c.Name)
	case !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode:
		t.Errorf("%s: must be Secure, HttpOnly and SameSite=Lax: %s", path, c.Raw)
	case c.Path != "/" || c.Domain != "" || strings.Contains(strings.ToLower(c.Raw), "domain"):
		t.Errorf("%s: must be of this host and for all of it: %s", path, c.Raw)
	case c.MaxAge > maxAge || len(c.Name)+len(c.Value) > 4096:
		t.Errorf("%s: browsers would cut it: %s", path, c.Raw)
	case (c.MaxAge < 0) != (c.Value == ""):
		t.Errorf("%s: neither a cookie nor the removal of one: %s", path, c.Raw)
	case len(c.Unparsed) != 0:
		t.Errorf("%s: unknown attributes %q", path, c.Unparsed)
	}
}

// The browser keeps a persistent cookie as long as the session may last, others
// until it closes.
func TestMB10_MaxAgeIsTheSessionsEnd(t *testing.T) {
	s, _ := cookiePages(t, session.Config{Limits: session.Limits{Lifetime: 48 * time.Hour}})
	for path, want := range map[string]time.Duration{
		"/set": 0, "/login": 0, "/remember": 48 * time.Hour, "/forget": 0,
		"/after": 48 * time.Hour, "/at": time.Hour, "/limits": 0,
	} {
		v := s.withValue("k", "v")
		if path == "/set" {
			v.token = ""
		}
		cookies := v.sessionCookies(v.get(path))
		if len(cookies) != 1 {
			t.Errorf("%s: %d cookies", path, len(cookies))
			continue
		}
		got := time.Duration(cookies[0].MaxAge) * time.Second
		if got > want || got < want-time.Minute {
			t.Errorf("%s: Max-Age %v, want %v", path, got, want)
		}
	}
}

// What a cookie may look like, and what browsers would refuse or cut.
func TestMB10_CookieSettings(t *testing.T) {
	long := strings.Repeat("x", 1025)
	for _, c := range []struct {
		name   string
		cookie session.Cookie
		want   string // the line for "", or empty: an error
	}{
		{"default", session.Cookie{}, "__Host-Http-session=; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"name", session.Cookie{Name: "sid"}, "sid=; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"__Host- name", session.Cookie{Name: "__Host-sid"}, "__Host-sid=; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"domain", session.Cookie{Domain: "example.com"}, "__Secure-session=; Path=/; Domain=example.com; HttpOnly; Secure; SameSite=Lax"},
		{"path", session.Cookie{Path: "/app"}, "__Secure-session=; Path=/app; HttpOnly; Secure; SameSite=Lax"},
		{"strict", session.Cookie{SameSite: http.SameSiteStrictMode}, "__Host-Http-session=; Path=/; HttpOnly; Secure; SameSite=Strict"},
		{"none", session.Cookie{SameSite: http.SameSiteNoneMode}, "__Host-Http-session=; Path=/; HttpOnly; Secure; SameSite=None"},
		{"partitioned", session.Cookie{Partitioned: true}, "__Host-Http-session=; Path=/; HttpOnly; Secure; SameSite=Lax; Partitioned"},
		{"loopback", session.Cookie{InsecureLoopback: true}, "session=; Path=/; HttpOnly; SameSite=Lax"},
		{"loopback strict", session.Cookie{InsecureLoopback: true, SameSite: http.SameSiteStrictMode}, "session=; Path=/; HttpOnly; SameSite=Strict"},

		{"__Host- with domain", session.Cookie{Name: "__Host-sid", Domain: "example.com"}, ""},
		{"__Host- with path", session.Cookie{Name: "__Host-sid", Path: "/app"}, ""},
		{"__host- in small letters", session.Cookie{Name: "__host-sid", Domain: "example.com"}, ""},
		{"__Host-Http- with path", session.Cookie{Name: "__Host-Http-sid", Path: "/app"}, ""},
		{"name with space", session.Cookie{Name: "a b"}, ""},
		{"name with =", session.Cookie{Name: "a=b"}, ""},
		{"name with line end", session.Cookie{Name: "a\r\nSet-Cookie: b"}, ""},
		{"name not ASCII", session.Cookie{Name: "sitzüng"}, ""},
		{"name too long", session.Cookie{Name: strings.Repeat("n", 4096)}, ""},
		{"domain with dot", session.Cookie{Domain: ".example.com"}, ""},
		{"domain with port", session.Cookie{Domain: "example.com:443"}, ""},
		{"domain with scheme", session.Cookie{Domain: "https://example.com"}, ""},
		{"domain with ;", session.Cookie{Domain: "example.com; Secure"}, ""},
		{"path with ;", session.Cookie{Path: "/a; Domain=evil.example"}, ""},
		{"path with space at its end", session.Cookie{Path: "/a "}, ""},
		{"path not ASCII", session.Cookie{Path: "/ä"}, ""},
		{"path without /", session.Cookie{Path: "app"}, ""},
		{"path too long", session.Cookie{Path: "/" + long}, ""},
		{"SameSite default mode", session.Cookie{SameSite: http.SameSiteDefaultMode}, ""},
		{"SameSite unknown", session.Cookie{SameSite: 99}, ""},
		{"loopback __Host-", session.Cookie{InsecureLoopback: true, Name: "__Host-sid"}, ""},
		{"loopback __secure-", session.Cookie{InsecureLoopback: true, Name: "__secure-sid"}, ""},
		{"loopback none", session.Cookie{InsecureLoopback: true, SameSite: http.SameSiteNoneMode}, ""},
		{"loopback partitioned", session.Cookie{InsecureLoopback: true, Partitioned: true}, ""},
	} {
		t.Run(c.name, func(t *testing.T) { checkSetting(t, c.cookie, c.want) })
	}
}

func checkSetting(t *testing.T, cookie session.Cookie, want string) {
	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{}), Cookie: cookie})
	if (err == nil) != (want != "") {
		t.Fatalf("New: %v", err)
	}
	if err != nil {
		return
	}
	h := m.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { check(t, session.From(r).Set("k", "v")) }))
	r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
	r.RemoteAddr = "127.0.0.1:50000"
	line := serve(t, h, r).Header.Get("Set-Cookie")
	name, rest, _ := strings.Cut(line, "=")
	token, attributes, _ := strings.Cut(rest, ";")
	if got := name + "=;" + attributes; got != want || token == "" || name != m.CookieName() {
		t.Errorf("Set-Cookie %q, want %q", got, want)
	}
}

// The session's cookie takes the place of one of its name that the handler
// set, and of no other.
func TestMB10_OneSetCookieOfOurName(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		for _, name := range []string{"a", s.m.CookieName(), strings.ToLower(s.m.CookieName()), "a", s.m.CookieName() + "2", s.m.CookieName()} {
			w.Header().Add("Set-Cookie", name+"=handler; Path=/")
		}
		check(t, ss.Set("k", "v"))
	})
	v := s.visitor()
	res := v.get("/")
	if got := v.sessionCookies(res); len(got) != 1 || got[0].Value == "handler" {
		t.Errorf("session cookies %v", got)
	}
	lines := res.Header["Set-Cookie"]
	want := []string{"a", "__host-http-session", "a", "__Host-Http-session2"}
	for i, name := range want {
		if len(lines) != len(want)+1 || lines[i] != name+"=handler; Path=/" {
			t.Fatalf("cookies %q, want %q, in this order, and the session's", lines, want)
		}
	}
}

// Behind a proxy that ends TLS, requests look like plain http. The cookie is
// Secure all the same.
func TestR24_SecureIsNeverDerivedFromTLS(t *testing.T) {
	s := newSite(t, session.Config{})
	s.do("/", func(ss *session.Session) error { return ss.Set("k", "v") })
	for name, shape := range map[string]func(*http.Request){
		"plain":           func(*http.Request) {},
		"TLS":             func(r *http.Request) { r.TLS = &tls.ConnectionState{} },
		"proxy says http": func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", "http") },
		"loopback":        func(r *http.Request) { r.RemoteAddr, r.Host = "127.0.0.1:1", "localhost" },
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		shape(r)
		if line := serve(t, s, r).Header.Get("Set-Cookie"); !strings.Contains(line, "; Secure;") {
			t.Errorf("%s: %q is not Secure", name, line)
		}
	}
}

// InsecureLoopback serves this machine alone: both ends of the connection must be
// of it, since behind a proxy the other end always is.
func TestR24_InsecureLoopbackRefusesOtherHosts(t *testing.T) {
	s := newSite(t, session.Config{Cookie: session.Cookie{InsecureLoopback: true}})
	s.do("/", func(ss *session.Session) error { return ss.Set("k", "v") })
	for _, c := range []struct {
		remote, host string
		ok           bool
	}{
		{"127.0.0.1:1", "localhost", true},
		{"127.0.0.1:1", "LocalHost:8080", true},
		{"127.8.8.8:1", "127.0.0.1:8080", true},
		{"[::1]:1", "[::1]:8080", true},
		{"[::1]:1", "[::1]", true},
		{"[::ffff:127.0.0.1]:1", "localhost", true},
		{"192.0.2.1:1", "localhost", false},
		{"127.0.0.1:1", "example.com", false},
		{"127.0.0.1:1", "localhost.example.com", false},
		{"127.0.0.1:1", "127.0.0.1.example.com:80", false},
		{"127.0.0.1:1", "192.0.2.1", false},
		{"127.0.0.1:1", "", false},
		{"@", "localhost", false},
		{"", "localhost", false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr, r.Host = c.remote, c.host
		res := serve(t, s, r)
		if ok := res.StatusCode == http.StatusOK; ok != c.ok || ok != (res.Header.Get("Set-Cookie") != "") {
			t.Errorf("from %q for %q: %d %q", c.remote, c.host, res.StatusCode, res.body)
		}
		if !c.ok && !strings.Contains(res.body, "InsecureLoopback") {
			t.Errorf("from %q for %q: the developer isn't told why: %q", c.remote, c.host, res.body)
		}
	}
}
