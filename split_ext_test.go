package session_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

// A jar is a browser's cookies.
type jar map[string]string

// take applies the lines of a response, in their order.
func (j jar) take(t *testing.T, lines []string) {
	t.Helper()
	for _, line := range lines {
		c, err := http.ParseSetCookie(line)
		if err != nil || len(line) > 4096 {
			t.Fatalf("a line of %d bytes: %v", len(line), err)
		}
		if c.MaxAge < 0 {
			delete(j, c.Name)
		} else {
			j[c.Name] = c.Value
		}
	}
}

func (j jar) request(t *testing.T, target string) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	for name, value := range j {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// fillSite has a page that sets the key k to a text of n bytes, ?n=…&c=…, and one that
// tells what is there.
func fillSite(t *testing.T, c session.Config) *site {
	s := newSite(t, c)
	s.on("/fill", func(_ http.ResponseWriter, r *http.Request, ss *session.Session) {
		var n int
		_, _ = fmt.Sscan(r.FormValue("n"), &n)
		check(t, ss.Set("k", strings.Repeat(r.FormValue("c"), n)))
	})
	s.on("/tell", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		text, err := session.Get[string](ss, "k")
		check(t, err)
		_, _ = fmt.Fprintf(w, "%d %.1s", len(text), text)
	})
	s.do("/logout", (*session.Session).Logout)
	return s
}

func TestSplitCookies(t *testing.T) {
	s := fillSite(t, session.Config{Engine: &clientEngine{}, Cookie: session.Cookie{MaxParts: 4}})
	browser := jar{}
	for _, n := range []int{10, 3000, 5000, 9000, 4000, 11000, 0, 8000} {
		browser.take(t, serve(t, s, browser.request(t, fmt.Sprintf("/fill?c=x&n=%d", n))).Header["Set-Cookie"])
		got := serve(t, s, browser.request(t, "/tell")).body
		equal(t, "told", strings.TrimSpace(got), strings.TrimSpace(fmt.Sprintf("%d %.1s", n, strings.Repeat("x", n))))
		if want := (n*4/3)/4096 + 3; len(browser) > want {
			t.Errorf("%d bytes are in %d cookies, more than %d", n, len(browser), want)
		}
	}
	browser.take(t, serve(t, s, browser.request(t, "/logout")).Header["Set-Cookie"])
	equal(t, "cookies after logout", len(browser), 0)
}

// Two responses that overlap each set their own parts. Whatever order a browser
// takes their lines in, the session is one of the two, never a mixture.
func TestSplitCookiesOfTwoResponses(t *testing.T) {
	s := fillSite(t, session.Config{Engine: &clientEngine{}, Cookie: session.Cookie{MaxParts: 4}})
	for seed := range uint64(200) {
		order := rand.New(rand.NewPCG(seed, 0))
		browser := jar{}
		browser.take(t, serve(t, s, browser.request(t, "/fill?c=o&n=6000")).Header["Set-Cookie"])
		a := serve(t, s, browser.request(t, "/fill?c=a&n=8000")).Header["Set-Cookie"]
		b := serve(t, s, browser.request(t, "/fill?c=b&n=5000")).Header["Set-Cookie"]
		for len(a)+len(b) > 0 {
			from := &a
			if len(a) == 0 || len(b) > 0 && order.IntN(2) == 0 {
				from = &b
			}
			browser.take(t, (*from)[:1])
			*from = (*from)[1:]
		}
		if got := serve(t, s, browser.request(t, "/tell")).body; got != "8000 a" && got != "5000 b" {
			t.Fatalf("order %d: the session has %q", seed, got)
		}
	}
}

// A part that is missing, planted twice or of another generation is no session.
func TestSplitCookiesTamperedWith(t *testing.T) {
	s := fillSite(t, session.Config{Engine: &clientEngine{}, Cookie: session.Cookie{MaxParts: 4}})
	whole := jar{}
	whole.take(t, serve(t, s, whole.request(t, "/fill?c=x&n=8000")).Header["Set-Cookie"])
	for name := range whole {
		broken := maps.Clone(whole)
		delete(broken, name)
		equal(t, "without "+name, serve(t, s, broken.request(t, "/tell")).body, "0 ")
		twice := whole.request(t, "/tell")
		twice.AddCookie(&http.Cookie{Name: name, Value: "planted"})
		equal(t, name+" twice", serve(t, s, twice).body, "0 ")
	}
	for _, head := range []string{"~", "~~", "~~1", "~x~0", "~x~11", "~x~-1", "~x~1", "~x~1~", "~x"} {
		equal(t, head, serve(t, s, jar{s.m.CookieName(): head}.request(t, "/tell")).body, "0 ")
	}
}

// The error comes before anything is sent, and says what to do.
func TestMB10_TooLargeForTheCookie(t *testing.T) {
	var failed error
	s := fillSite(t, session.Config{Engine: &clientEngine{}, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
		failed = err
		w.WriteHeader(session.StatusCode(err))
	}})
	fits := 0
	for n := 2500; n < 3100; n++ {
		failed = nil
		res := serve(t, s, jar{}.request(t, fmt.Sprintf("/fill?c=x&n=%d", n)))
		if failed == nil {
			fits = n
			if line := res.Header.Get("Set-Cookie"); len(line) > 4096 {
				t.Fatalf("a line of %d bytes was sent", len(line))
			}
			continue
		}
		wantErr(t, "too large", failed, session.ErrTooLarge)
		equal(t, "status", res.StatusCode, http.StatusRequestEntityTooLarge)
		equal(t, "cookie", res.Header.Get("Set-Cookie"), "")
	}
	if fits < 2700 || fits > 3000 || failed == nil {
		t.Errorf("at most %d bytes fitted, then %v", fits, failed)
	}
	for _, part := range []string{`"k" 3101 bytes`, "MaxParts", "store"} {
		if !strings.Contains(failed.Error(), part) {
			t.Errorf("%q does not say %q", failed, part)
		}
	}
}

func TestSplitSettings(t *testing.T) {
	for parts, valid := range map[int]bool{0: true, 2: true, 10: true, 1: false, 11: false, -1: false} {
		_, err := session.New(session.Config{Engine: &clientEngine{}, Cookie: session.Cookie{MaxParts: parts}})
		equal(t, fmt.Sprint(parts, " parts: ", err), err == nil, valid)
	}
}
