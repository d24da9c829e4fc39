package browser

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/chromium"
	"github.com/coatcheck-go/session/memstore"
)

const (
	hostCookie = "__Host-Http-session"
	longest    = 400 * 24 * time.Hour // the most that a browser keeps a cookie
)

// secureSite is a site with TLS and a Manager as it comes, but for sessions that
// last as long as can be.
func secureSite(t *testing.T) *httptest.Server {
	t.Helper()
	m, err := session.New(session.Config{
		Store:  memstore.New(memstore.Options{}),
		Limits: session.Limits{Idle: longest, Lifetime: longest},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(m.Wrap(secureRoutes()))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func secureRoutes() http.Handler {
	mux := http.NewServeMux()
	route := func(path string, act func(*session.Session) error) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { answer(w, session.From(r), act) })
	}
	route("/", func(*session.Session) error { return nil })
	route("/login", func(s *session.Session) error { return s.Login("alice") })
	route("/remember", func(s *session.Session) error { return s.SetPersistent(true) })
	route("/logout", (*session.Session).Logout)
	return mux
}

// answer acts, and then says who is logged in.
func answer(w http.ResponseWriter, s *session.Session, act func(*session.Session) error) {
	err := act(s)
	user, subjectErr := s.Subject()
	if err != nil || subjectErr != nil {
		http.Error(w, fmt.Sprint(err, subjectErr), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintf(w, `<!doctype html><title>x</title><link rel="icon" href="data:,"><body>user=%q</body>`, user)
}

// trust makes a browser take the server's certificate.
func trust(server *httptest.Server) chromedp.ExecAllocatorOption {
	sum := sha256.Sum256(server.Certificate().RawSubjectPublicKeyInfo)
	return chromedp.Flag("ignore-certificate-errors-spki-list", base64.StdEncoding.EncodeToString(sum[:]))
}

// The default cookie is taken, kept and sent back by a browser, and goes at
// logout.
func TestHostCookie(t *testing.T) {
	site := secureSite(t)
	p := chromium.New(t, trust(site))
	p.Visit(site.URL + "/login")
	c := p.Cookie(hostCookie)
	checkCookie(t, c, "127.0.0.1")
	if !c.Secure || !c.Session {
		t.Errorf("Secure %t, until the browser closes %t", c.Secure, c.Session)
	}
	p.Visit(site.URL + "/")
	p.Says(`user="alice"`)

	p.Visit(site.URL + "/logout")
	if p.Cookie(hostCookie) != nil {
		t.Error("the browser still has the cookie after logout")
	}
	p.Visit(site.URL + "/")
	p.Says(`user=""`)
}

// A browser keeps it for as long as it keeps any.
func TestHostCookieLasts(t *testing.T) {
	site := secureSite(t)
	p := chromium.New(t, trust(site))
	p.Visit(site.URL + "/login")
	p.Visit(site.URL + "/remember")
	c := p.Cookie(hostCookie)
	checkCookie(t, c, "127.0.0.1")
	if left := lifetime(c); c.Session || left < longest-time.Hour || left > longest {
		t.Errorf("the cookie lasts %v, want %v", left, longest)
	}
	p.Visit(site.URL + "/")
	p.Says(`user="alice"`)
}

// A script can neither read nor set it nor plant one, although it can other
// cookies.
func TestHostCookieAndScripts(t *testing.T) {
	site := secureSite(t)
	p := chromium.New(t, trust(site))
	p.Visit(site.URL + "/")
	const plant = `for (const name of [%q, "__Host-other"]) document.cookie = name + "=planted; Secure; Path=/"; document.cookie`
	seen := chromium.Ask[string](p, fmt.Sprintf(plant, hostCookie))
	if seen != "__Host-other=planted" {
		t.Errorf("the script sees %q", seen)
	}
	if p.Cookie("__Host-other") == nil {
		t.Error("the script set no cookie at all: what does this test show?")
	}
	if p.Cookie(hostCookie) != nil {
		t.Error("a script planted the session's cookie")
	}

	p.Visit(site.URL + "/login")
	before := p.Cookie(hostCookie)
	checkCookie(t, before, "127.0.0.1")
	if seen := chromium.Ask[string](p, fmt.Sprintf(plant, hostCookie)); seen != "__Host-other=planted" {
		t.Error("the script sees the session's cookie")
	}
	if after := p.Cookie(hostCookie); after == nil || after.Value != before.Value {
		t.Error("a script changed the session's cookie")
	}
}
