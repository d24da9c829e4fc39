package session_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

// hostileSite has pages that read, write and log out.
func hostileSite(t *testing.T) *site {
	s := newSite(t, session.Config{})
	s.on("/read", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		fmt.Fprint(w, value[string](t, ss, "k"))
	})
	s.do("/write", func(ss *session.Session) error { return ss.Set("k", "new") })
	s.do("/logout", (*session.Session).Logout)
	s.mux.HandleFunc("/none", func(http.ResponseWriter, *http.Request) {})
	return s
}

// malformed are values that are no token by their form; valid is one that is.
func malformed(valid string) map[string]string {
	return map[string]string{
		"empty": "", "space": " ", "spaces": "    ", "one letter": "x", "prefix": "coat1_", "quotes": `""`,
		"cut":                   valid[:len(valid)-1],
		"longer":                valid + "0",
		"twice":                 valid + valid,
		"in quotes":             `"` + valid + `"`,
		"NUL after":             valid + "\x00",
		"NUL inside":            valid[:20] + "\x00" + valid[21:],
		"upper case":            strings.ToUpper(valid),
		"other prefix":          "coat2_" + valid[6:],
		"wrong checksum":        valid[:len(valid)-1] + string('0'+(valid[len(valid)-1]-'0'+1)%10),
		"escaped":               "%63" + valid[1:],
		"path":                  "../../../../etc/passwd",
		"UUID":                  "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
		"JSON":                  `{"user":"admin"}`,
		"Flask":                 "eyJ1c2VyIjoiYWRtaW4ifQ.ZVqXxw.dGhpcyBpcyBub3QgcmVhbA",
		"a megabyte":            strings.Repeat("x", 1<<20),
		"right length":          strings.Repeat("x", len(valid)),
		"right length, not hex": strings.Repeat("\xff", len(valid)),
		"another base64 form":   strings.ReplaceAll(strings.ReplaceAll(valid, "-", "+"), "_", "/"),
	}
}

// What is no token by its form is never looked up, adopted or stored.
func TestMB03_MalformedTokensNeverReachTheStore(t *testing.T) {
	s := hostileSite(t)
	valid := s.withValue("k", "v").token
	records := len(s.store.records(t))
	s.store.calls()
	for name, token := range malformed(valid) {
		for _, path := range []string{"/read", "/logout", "/none"} {
			v := &visitor{s, token}
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("Cookie", s.m.CookieName()+"="+v.token)
			if res := serve(t, s, r); res.StatusCode != http.StatusOK || res.body != "" {
				t.Errorf("%s, %s: %d %q", name, path, res.StatusCode, res.body)
			}
		}
	}
	equal(t, "store calls", s.store.calls(), 0)
	equal(t, "records", len(s.store.records(t)), records)
}

// Django CVE-2015-3982: an empty key was a session that everybody shared.
func TestR9_EmptyAndShortTokensAreNobodysSession(t *testing.T) {
	s := hostileSite(t)
	for _, token := range []string{"", " ", "\t", "0", "null", "undefined"} {
		r := httptest.NewRequest(http.MethodGet, "/write", nil)
		r.Header.Set("Cookie", s.m.CookieName()+"="+token)
		fresh := s.visitor()
		cookies := fresh.sessionCookies(serve(t, s, r))
		if len(cookies) != 1 || len(cookies[0].Value) < 40 {
			t.Fatalf("%q: cookies %v, want a token of our own", token, cookies)
		}
		r.URL.Path = "/read"
		equal(t, fmt.Sprintf("what %q reads", token), serve(t, s, r).body, "")
		if _, err := s.m.Open(t.Context(), session.Token(token)); err == nil {
			t.Errorf("%q opens a session", token)
		}
	}
}

// fiber CVE-2024-38513: a token that the client made up became a session.
func TestR2_UnknownTokensAreNeverAdopted(t *testing.T) {
	s := hostileSite(t)
	other := newSite(t, session.Config{}) // makes tokens that are right by their form
	for range 100 {
		v := s.visitor()
		v.token = other.withValue("k", "planted").token
		planted := v.token
		equal(t, "what it reads", v.get("/read").body, "")
		v.get("/write")
		if v.token == planted || v.token == "" || s.live(planted) {
			t.Fatal("the visitor's token was adopted")
		}
	}
	s.events.take()
	(&visitor{s, other.withValue("k", "v").token}).get("/read")
	s.events.want(t, session.EventUnknownToken)
}

// Django CVE-2015-5143, 5963 and 5964: records made by anybody who asked.
func TestR10_StrangersLeaveNothingInTheStore(t *testing.T) {
	s := hostileSite(t)
	s.withValue("k", "v")
	other := newSite(t, session.Config{})
	tokens := []string{"", "junk", strings.Repeat("x", 55)}
	for range 50 {
		tokens = append(tokens, other.withValue("k", "v").token)
	}
	s.store.calls()
	for i := range 10_000 {
		path := []string{"/read", "/logout", "/none"}[i%3]
		(&visitor{s, tokens[i%len(tokens)]}).raw(http.MethodGet, path)
	}
	equal(t, "writes", s.store.calls(writes...), 0)
	equal(t, "records", len(s.store.records(t)), 1)
}

// To rotate, mark, clear or log out what isn't there is not to make it.
func TestR10_NothingIsMadeOfNothing(t *testing.T) {
	s := newSite(t, session.Config{SaveEveryRequest: true, RefreshEachRequest: true})
	for path, f := range map[string]func(*session.Session) error{
		"/rotate":  (*session.Session).Rotate,
		"/mark":    (*session.Session).MarkModified,
		"/clear":   (*session.Session).Clear,
		"/destroy": (*session.Session).Destroy,
		"/delete":  func(s *session.Session) error { return s.Delete("k") },
		"/pop":     func(s *session.Session) error { _, err := session.Pop[int](s, "k"); return err },
		"/flashes": func(s *session.Session) error { _, err := s.Flashes(); return err },
		"/expire":  (*session.Session).ExpireAtBrowserClose,
		"/setdel":  func(s *session.Session) error { return firstErr(s.Set("k", 1), s.Delete("k")) },
	} {
		s.do(path, f)
		if line := s.visitor().get(path).Header.Get("Set-Cookie"); line != "" {
			t.Errorf("%s sent a cookie", path)
		}
	}
	equal(t, "writes", s.store.calls(writes...), 0)
}

// A cookie header of a megabyte costs no more than reading it.
func TestR25_HugeHeadersAreReadWithoutAllocating(t *testing.T) {
	s := hostileSite(t)
	name := s.m.CookieName() + "="
	for what, header := range map[string]string{
		"one value":         name + strings.Repeat("x", 1<<20),
		"many cookies":      strings.Repeat("a=b; ", 1<<20/5),
		"many of ours":      strings.Repeat(name+"x; ", 1<<20/25),
		"only semicolons":   strings.Repeat(";", 1<<20),
		"only spaces":       strings.Repeat(" ", 1<<20),
		"only equals signs": strings.Repeat("=", 1<<20),
	} {
		r := httptest.NewRequest(http.MethodGet, "/read", nil)
		r.Header.Set("Cookie", header)
		w := httptest.NewRecorder()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s.ServeHTTP(w, r)
		runtime.ReadMemStats(&after)
		if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 64<<10 {
			t.Errorf("%s: %d bytes allocated", what, bytes)
		}
		equal(t, what, w.Code, http.StatusOK)
	}
	equal(t, "store calls", s.store.calls(), 0)
}

// net/http reads no cookie at all of a request with more than 3000
// (CVE-2025-58186): such a visitor is anonymous.
func TestR25_MoreThan3000CookiesAreNone(t *testing.T) {
	s := hostileSite(t)
	v := s.withValue("k", "secret")
	cookie := s.m.CookieName() + "=" + v.token
	for others, want := range map[int]string{0: "secret", 2999: "secret", 3000: "", 20_000: ""} {
		for _, header := range []string{strings.Repeat("a=b; ", others) + cookie, cookie + strings.Repeat("; a=b", others)} {
			r := httptest.NewRequest(http.MethodGet, "/read", nil)
			r.Header.Set("Cookie", header)
			equal(t, fmt.Sprintf("with %d others", others), serve(t, s, r).body, want)
		}
	}
}

// Names that some parser takes for ours and a browser lets others set must not be
// taken ("Cookie Chaos", CVE-2022-36032); and of two of our name none is
// believed, for one may be planted.
func TestR26_HostileCookieHeaders(t *testing.T) {
	s := hostileSite(t)
	token := s.withValue("k", "secret").token
	name := s.m.CookieName()
	good := name + "=" + token
	for _, c := range []struct {
		what    string
		headers []string
		want    string
	}{
		{"alone", []string{good}, "secret"},
		{"among others", []string{"a=b; " + good + "; c=d"}, "secret"},
		{"two lines", []string{"a=b", good}, "secret"},
		{"spaces around", []string{"a=b;  \t" + good + " \t ; c"}, "secret"},
		{"no spaces", []string{"a=b;" + good + ";c=d"}, "secret"},
		{"empty parts", []string{";;; ;" + good + ";;"}, "secret"},
		{"same value twice", []string{good + "; " + good}, ""},
		{"planted first", []string{name + "=evil; " + good}, ""},
		{"planted last", []string{good, name + "=evil"}, ""},
		{"empty one besides", []string{good + "; " + name + "="}, ""},
		{"quoted", []string{name + `="` + token + `"`}, ""},
		{"in a quoted string", []string{`a="b; ` + good + `"`}, ""},
		{"other case", []string{strings.ToLower(name) + "=" + token}, ""},
		{"upper case", []string{strings.ToUpper(name) + "=" + token}, ""},
		{"name escaped", []string{"__%48ost-Http-session=" + token}, ""},
		{"nameless", []string{"=" + good}, ""},
		{"no name", []string{"=" + token}, ""},
		{"no value", []string{name}, ""},
		{"only value", []string{token}, ""},
		{"space before =", []string{name + " =" + token}, ""},
		{"space after =", []string{name + "= " + token}, ""},
		{"Unicode space", []string{"\u00a0" + good}, ""},
		{"Unicode space after name", []string{name + "\u2000=" + token}, ""},
		{"vertical tab", []string{"\v" + good}, ""},
		{"line end", []string{"\r\n" + good}, ""},
		{"NUL", []string{"\x00" + good}, ""},
		{"NUL in name", []string{name + "\x00=" + token}, ""},
		{"NUL in value", []string{good + "\x00"}, ""},
		{"longer name", []string{"x" + good}, ""},
		{"name with suffix", []string{name + "2=" + token}, ""},
		{"prefix only", []string{"session=" + token}, ""},
		{"comma", []string{"a=b," + good}, ""},
		{"$Version", []string{"$Version=1; " + good}, "secret"},
		{"$Version first, quoted", []string{`$Version=1; ` + name + `="` + token + `"; $Path="/"`}, ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/read", nil)
		r.Header["Cookie"] = c.headers
		equal(t, c.what, serve(t, s, r).body, c.want)
	}
}

func TestMB03_DuplicateCookiesAreReportedAndNotBelieved(t *testing.T) {
	s := hostileSite(t)
	cookie := s.m.CookieName() + "=" + s.loggedIn("alice").token
	s.events.take()
	r := httptest.NewRequest(http.MethodGet, "/read", nil)
	r.Header["Cookie"] = []string{cookie + "; " + cookie}
	s.store.calls()
	serve(t, s, r)
	equal(t, "store calls", s.store.calls(), 0)
	s.events.want(t, session.EventDuplicateCookie)

	// It must be possible to get rid of them.
	r.URL.Path = "/logout"
	line := serve(t, s, r).Header.Get("Set-Cookie")
	if c, err := http.ParseSetCookie(line); err != nil || c.MaxAge >= 0 {
		t.Errorf("logout with two cookies sent %q", line)
	}
}
