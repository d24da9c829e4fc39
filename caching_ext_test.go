package session_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// uses are all ways to make use of a session. What was decided by some of them
// and not by others was Flask's CVE-2023-30861 and CVE-2026-27205.
var uses = map[string]func(*session.Session) error{
	"Get":                   func(s *session.Session) error { _, err := s.Get("k"); return err },
	"LastKnown":             func(s *session.Session) error { _, err := s.LastKnown(); return err },
	"Get of a type":         func(s *session.Session) error { _, err := session.Get[int](s, "n"); return err },
	"Lookup":                func(s *session.Session) error { _, _, err := session.Lookup[int](s, "n"); return err },
	"Pop":                   func(s *session.Session) error { _, err := session.Pop[int](s, "n"); return err },
	"SetDefault":            func(s *session.Session) error { _, err := session.SetDefault(s, "d", 1); return err },
	"Update":                func(s *session.Session) error { return session.Update(s, "n", func(n *int) error { *n++; return nil }) },
	"Has":                   func(s *session.Session) error { _, err := s.Has("k"); return err },
	"Len":                   func(s *session.Session) error { _, err := s.Len(); return err },
	"Keys":                  func(s *session.Session) error { _, err := s.Keys(); return err },
	"Values":                func(s *session.Session) error { _, err := s.Values(); return err },
	"Items":                 func(s *session.Session) error { _, err := s.Items(); return err },
	"Set":                   func(s *session.Session) error { return s.Set("k", "v") },
	"SetAll":                func(s *session.Session) error { return s.SetAll(map[string]any{"a": 1}) },
	"Delete":                func(s *session.Session) error { return s.Delete("k") },
	"Delete of nothing":     func(s *session.Session) error { return s.Delete("nothing") },
	"Clear":                 (*session.Session).Clear,
	"MarkModified":          (*session.Session).MarkModified,
	"Save":                  (*session.Session).Save,
	"Reload":                (*session.Session).Reload,
	"IsNew":                 func(s *session.Session) error { _, err := s.IsNew(); return err },
	"IsEmpty":               func(s *session.Session) error { _, err := s.IsEmpty(); return err },
	"Handle":                func(s *session.Session) error { _, err := s.Handle(); return err },
	"Created":               func(s *session.Session) error { _, err := s.Created(); return err },
	"Subject":               func(s *session.Session) error { _, err := s.Subject(); return err },
	"Login":                 func(s *session.Session) error { return s.Login("alice") },
	"Logout":                (*session.Session).Logout,
	"Destroy":               (*session.Session).Destroy,
	"Rotate":                (*session.Session).Rotate,
	"EndOthers":             func(s *session.Session) error { _, err := s.EndOthers(); return ignore(err) },
	"SetLimits":             func(s *session.Session) error { return s.SetLimits(session.AAL2) },
	"SetPersistent":         func(s *session.Session) error { return s.SetPersistent(true) },
	"ExpireAfter":           func(s *session.Session) error { return s.ExpireAfter(time.Hour) },
	"ExpireAt":              func(s *session.Session) error { return s.ExpireAt(time.Now().Add(time.Hour)) },
	"ExpireAtBrowserClose":  (*session.Session).ExpireAtBrowserClose,
	"ExpireDefault":         (*session.Session).ExpireDefault,
	"ExpiryDate":            func(s *session.Session) error { _, err := s.ExpiryDate(); return err },
	"ExpiryAge":             func(s *session.Session) error { _, err := s.ExpiryAge(); return err },
	"ExpiresAtBrowserClose": func(s *session.Session) error { _, err := s.ExpiresAtBrowserClose(); return err },
	"AddFlash":              func(s *session.Session) error { return s.AddFlash(session.Flash{Message: "hello"}) },
	"Flashes":               func(s *session.Session) error { _, err := s.Flashes(); return err },
	"SetTestCookie":         (*session.Session).SetTestCookie,
	"TestCookieWorked":      func(s *session.Session) error { _, err := s.TestCookieWorked(); return err },
	"DeleteTestCookie":      (*session.Session).DeleteTestCookie,
	"CSRFToken":             func(s *session.Session) error { _, err := s.CSRFToken(); return err },
	"CSRFField":             func(s *session.Session) error { _, err := s.CSRFField(); return err },
	"CheckCSRF":             func(s *session.Session) error { return ignore(s.CheckCSRF("wrong")) },
}

// ignore is for calls that are right to fail here.
func ignore(error) error { return nil }

// answers are ways to answer, with the visitor's name in the body if there is
// one.
var answers = map[string]func(http.ResponseWriter, *http.Request){
	"page":            func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Header.Get("X-Visitor")) },
	"public page":     func(w http.ResponseWriter, r *http.Request) { public(w, r, http.StatusOK) },
	"redirect":        func(w http.ResponseWriter, r *http.Request) { public(w, r, http.StatusFound) },
	"not found":       func(w http.ResponseWriter, r *http.Request) { public(w, r, http.StatusNotFound) },
	"error":           func(w http.ResponseWriter, r *http.Request) { public(w, r, http.StatusInternalServerError) },
	"no content":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
	"not modified":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) },
	"nothing":         func(http.ResponseWriter, *http.Request) {},
	"varies already":  func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Vary", "Accept"); public(w, r, 200) },
	"private by name": func(w http.ResponseWriter, r *http.Request) { respondWith(w, r, `private="set-cookie", max-age=60`) },
}

// public answers as if everybody could have it.
func public(w http.ResponseWriter, r *http.Request, status int) {
	w.Header().Set("Cache-Control", "public, max-age=3600, s-maxage=3600")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, r.Header.Get("X-Visitor"))
}

func respondWith(w http.ResponseWriter, r *http.Request, cacheControl string) {
	w.Header().Set("Cache-Control", cacheControl)
	_, _ = io.WriteString(w, r.Header.Get("X-Visitor"))
}

// Behind a shared cache no visitor sees what was meant for another, neither body
// nor cookie, whatever use of the session was made and however it was answered.
func TestR4_NobodySeesAnothersResponse(t *testing.T) {
	for how, answer := range answers {
		t.Run(how, func(t *testing.T) {
			s := newSite(t, session.Config{AllowPrivateCaching: true, InsecureAllowCrossOrigin: true})
			for what, use := range uses {
				s.on("/"+strings.ReplaceAll(what, " ", "-"), func(w http.ResponseWriter, r *http.Request, ss *session.Session) {
					if err := use(ss); err != nil {
						t.Errorf("%s: %v", what, err)
					}
					answer(w, r)
				})
			}
			for what := range uses {
				checkPrivate(t, s, what)
			}
		})
	}
}

// checkPrivate has two visitors of each kind ask for one page, and ask again.
func checkPrivate(t *testing.T, s *site, what string) {
	cache := newSharedCache(s)
	seen := map[string]string{} // cookie: whose
	for _, method := range []string{"GET", "HEAD", "GET"} {
		for _, name := range []string{"anna", "ben", "alice", "bob"} {
			v := s.visitor()
			if name == "alice" || name == "bob" {
				v = s.loggedIn(name)
			}
			r := httptest.NewRequest(method, "/"+strings.ReplaceAll(what, " ", "-"), nil)
			r.Header.Set("X-Visitor", name)
			r.Header.Set("Cookie", v.m.CookieName()+"="+v.token)
			res := serve(t, cache, r)
			if res.body != "" && res.body != name {
				t.Errorf("%s: %s %s sees the page of %s", what, method, name, res.body)
			}
			for _, c := range v.sessionCookies(res) {
				if other := seen[c.Value]; other != "" && c.Value != "" {
					t.Errorf("%s: %s %s gets the cookie of %s", what, method, name, other)
				}
				seen[c.Value] = name
			}
			checkCachingHeaders(t, what, res)
		}
	}
	equal(t, what+": answered by the cache", cache.hits, 0)
}

func checkCachingHeaders(t *testing.T, what string, res reply) {
	t.Helper()
	vary := strings.Join(res.Header.Values("Vary"), ", ")
	if strings.Count(vary, "Cookie") != 1 || !forbidsSharing(res.Header.Values("Cache-Control")) {
		t.Errorf("%s: Vary %q, Cache-Control %q", what, vary, res.Header.Values("Cache-Control"))
	}
}

// The cache of these tests does work: a page that makes no use of the session is
// shared, middleware or not, and has no header of ours.
func TestMB09_UntouchedResponsesStayCacheable(t *testing.T) {
	s := newSite(t, session.Config{})
	s.mux.HandleFunc("/", answers["public page"])
	cache := newSharedCache(s)
	s.withValue("k", "v")
	s.store.calls()
	for _, name := range []string{"alice", "bob", "carol"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Visitor", name)
		r.Header.Set("Cookie", s.m.CookieName()+"=x")
		res := serve(t, cache, r)
		equal(t, "body", res.body, "alice")
		equal(t, "Cache-Control", res.Header.Get("Cache-Control"), "public, max-age=3600, s-maxage=3600")
		equal(t, "Vary", res.Header.Get("Vary"), "")
	}
	equal(t, "answered by the cache", cache.hits, 2)
	equal(t, "store calls", s.store.calls(), 0)
}

// What the settings alone do to a session (save it, send its cookie again) makes a
// response private as well, though the handler never asked for the session.
func TestMB09_SettingsMakeResponsesPrivate(t *testing.T) {
	for name, c := range map[string]session.Config{
		"SaveEveryRequest":   {SaveEveryRequest: true},
		"RefreshEachRequest": {RefreshEachRequest: true, Persistent: true},
	} {
		s := newSite(t, c)
		s.mux.HandleFunc("/", answers["public page"])
		cache := newSharedCache(s)
		for _, visitor := range []string{"alice", "bob"} {
			v := s.loggedIn(visitor)
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("X-Visitor", visitor)
			r.Header.Set("Cookie", s.m.CookieName()+"="+v.token)
			res := serve(t, cache, r)
			equal(t, name, res.body, visitor)
			checkCachingHeaders(t, name, res)
		}
	}
}

// A request that only moves the idle timeout has read the session.
func TestMB09_TouchesMakeResponsesPrivate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, session.Config{Limits: session.Limits{Idle: time.Hour}})
		s.on("/", func(w http.ResponseWriter, r *http.Request, ss *session.Session) {
			_, err := ss.Subject()
			check(t, err)
			answers["public page"](w, r)
		})
		v := s.loggedIn("alice")
		time.Sleep(30 * time.Minute)
		s.store.calls()
		checkCachingHeaders(t, "touch", v.get("/"))
		equal(t, "touches", s.store.calls("touch"), 1)
	})
}

// A visitor whose session can't be read gets a response that is nobody else's.
func TestMB09_ErrorsArePrivate(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(w http.ResponseWriter, r *http.Request, ss *session.Session) {
		_, _ = ss.Get("k")
		answers["public page"](w, r)
	})
	v := s.withValue("k", "v")
	s.store.onCall(failOn("load"))
	res := v.get("/")
	equal(t, "status", res.StatusCode, http.StatusServiceUnavailable)
	checkCachingHeaders(t, "store error", res)
}

// Vary and Cache-Control of the handler are added to, not lost.
func TestMB09_HeadersOfTheHandler(t *testing.T) {
	for _, c := range []struct {
		vary, wantVary       []string
		control, wantControl []string
		allowPrivate         bool
	}{
		{wantVary: []string{"Cookie"}, wantControl: []string{"no-store"}},
		{vary: []string{"Accept"}, wantVary: []string{"Accept", "Cookie"}, wantControl: []string{"no-store"}},
		{vary: []string{"cookie"}, wantVary: []string{"cookie"}, wantControl: []string{"no-store"}},
		{vary: []string{"Accept, Cookie , Origin"}, wantVary: []string{"Accept, Cookie , Origin"}, wantControl: []string{"no-store"}},
		{vary: []string{"X-Cookie"}, wantVary: []string{"X-Cookie", "Cookie"}, wantControl: []string{"no-store"}},
		{vary: []string{"*"}, wantVary: []string{"*"}, wantControl: []string{"no-store"}},
		{control: []string{"public, max-age=60"}, wantVary: []string{"Cookie"}, wantControl: []string{"no-store"}},
		{control: []string{"s-maxage=60"}, wantVary: []string{"Cookie"}, wantControl: []string{"no-store"}},
		{control: []string{"private, max-age=60"}, wantVary: []string{"Cookie"}, wantControl: []string{"no-store"}},
		{control: []string{"No-Store, max-age=0"}, wantVary: []string{"Cookie"}, wantControl: []string{"No-Store, max-age=0"}},
		{control: []string{"private, max-age=60"}, wantVary: []string{"Cookie"}, wantControl: []string{"private, max-age=60"}, allowPrivate: true},
		{control: []string{"max-age=60"}, wantVary: []string{"Cookie"}, wantControl: []string{"no-store"}, allowPrivate: true},
		{control: []string{"public, max-age=60"}, wantVary: []string{"Cookie"}, wantControl: []string{"no-store"}, allowPrivate: true},
		{control: []string{"private, public"}, wantVary: []string{"Cookie"}, wantControl: []string{"no-store"}, allowPrivate: true},
		{control: []string{"private", "s-maxage=9"}, wantVary: []string{"Cookie"}, wantControl: []string{"no-store"}, allowPrivate: true},
		{control: []string{`private="set-cookie"`}, wantVary: []string{"Cookie"}, wantControl: []string{"no-store"}, allowPrivate: true},
		{wantVary: []string{"Cookie"}, wantControl: []string{"no-store"}, allowPrivate: true},
	} {
		s := newSite(t, session.Config{AllowPrivateCaching: c.allowPrivate})
		s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
			w.Header()["Vary"], w.Header()["Cache-Control"] = c.vary, c.control
			_, err := ss.Get("k")
			check(t, err)
		})
		res := s.withValue("k", "v").get("/")
		what := fmt.Sprintf("vary %q, control %q, allowed %v", c.vary, c.control, c.allowPrivate)
		equal(t, what, fmt.Sprintf("%q", res.Header["Vary"]), fmt.Sprintf("%q", c.wantVary))
		equal(t, what, fmt.Sprintf("%q", res.Header["Cache-Control"]), fmt.Sprintf("%q", c.wantControl))
	}
}

// What a handler says to caches of one kind, they would follow in place of Cache-Control.
func TestMB09_TargetedCacheControl(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		s := newSite(t, session.Config{AllowPrivateCaching: allowed})
		page := func(use bool) page {
			return func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
				for _, name := range []string{"CDN-Cache-Control", "Surrogate-Control"} {
					w.Header().Set(name, "max-age=60")
				}
				w.Header().Set("Cache-Control", "private, max-age=60")
				if use {
					_, err := ss.Has("k")
					check(t, err)
				}
			}
		}
		s.on("/used", page(true))
		s.on("/unused", page(false))
		v := s.withValue("k", "v")
		for _, name := range []string{"CDN-Cache-Control", "Surrogate-Control"} {
			equal(t, name, v.get("/used").Header.Get(name), "")
			equal(t, name, v.get("/unused").Header.Get(name), "max-age=60")
		}
	}
}

func TestMB09_TokenIsAUse(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) { _ = ss.Token() })
	equal(t, "Cache-Control", s.withValue("k", "v").get("/").Header.Get("Cache-Control"), "no-store")
}

// Even where private caching is allowed, a response with a cookie isn't kept.
func TestMB09_ResponsesWithACookieAreNeverKept(t *testing.T) {
	s := newSite(t, session.Config{AllowPrivateCaching: true})
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		w.Header().Set("Cache-Control", "private, max-age=60")
		check(t, ss.Set("k", "v"))
	})
	v := s.visitor()
	equal(t, "with a new cookie", v.get("/").Header.Get("Cache-Control"), "no-store")
	equal(t, "without", v.get("/").Header.Get("Cache-Control"), "private, max-age=60")
}

// The table of uses misses none: what is not in it makes no use of the record.
func TestMB09_TableOfUsesIsComplete(t *testing.T) {
	useless := []string{"Accessed", "Modified", "Format", "LogValue"}
	useless = append(useless, "Token") // it is of use, and has no error: see TestMB09_TokenIsAUse
	all := reflect.TypeFor[*session.Session]()
	for i := range all.NumMethod() {
		name := all.Method(i).Name
		if _, ok := uses[name]; !ok && !slices.Contains(useless, name) {
			t.Errorf("%s is in neither list", name)
		}
	}
}
