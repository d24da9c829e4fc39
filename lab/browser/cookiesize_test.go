package browser

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/lab/internal/chromium"
	"github.com/coatcheck-go/session/sealed"
)

// sealedManager keeps sessions in the cookie. What goes wrong is shown.
func sealedManager(t *testing.T, c session.Config) *session.Manager {
	t.Helper()
	ring, err := keyring.New(keyring.Generate())
	if err != nil {
		t.Fatal(err)
	}
	if c.Engine, err = sealed.New(ring, sealed.Options{}); err != nil {
		t.Fatal(err)
	}
	c.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, err error) { showError(w, err) }
	m, err := session.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func showError(w http.ResponseWriter, err error) { http.Error(w, err.Error(), session.StatusCode(err)) }

// serveTLS serves h as a real site is.
func serveTLS(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// showPage says text.
func showPage(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintf(w, `<!doctype html><title>x</title><link rel="icon" href="data:,"><body>%s</body>`, text)
}

// essays keeps an essay of ?size letters ?by in the session, and tells of it. Between
// the change and the response it calls hold.
func essays(m *session.Manager, hold func(by string)) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/write", func(w http.ResponseWriter, r *http.Request) {
		size, err := strconv.Atoi(r.FormValue("size"))
		by := r.FormValue("by")
		if err = errors.Join(err, session.From(r).Set("essay", strings.Repeat(by, size))); err != nil {
			showError(w, err)
			return
		}
		hold(by)
		showPage(w, "written")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		essay, err := session.Get[string](session.From(r), "essay")
		if err != nil && !errors.Is(err, session.ErrNotFound) {
			showError(w, err)
			return
		}
		showPage(w, fmt.Sprintf("essay: %s%d", essay[:min(1, len(essay))], len(essay)))
	})
	return m.Wrap(mux)
}

func noHold(string) {}

// sizedName is the name of a cookie with which a line of 4,095, of 4,096 and of 4,097
// bytes is possible: base64 leaves out every fourth length.
const sizedName = "__Host-Http-sessions"

// setCookieSizes asks h for ever longer essays. It returns the length of the essay with
// which the line Set-Cookie has so many bytes, for the sizes there are, and of the
// first one that is refused.
func setCookieSizes(h http.Handler) (fits map[int]int, refused int) {
	fits = map[int]int{}
	for n := 2500; ; n++ {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, fmt.Sprint("https://shop.test/write?by=x&size=", n), nil))
		if w.Code != http.StatusOK {
			return fits, n
		}
		fits[len(w.Header().Get("Set-Cookie"))] = n
	}
}

// What the library sends, up to 4,096 bytes with all attributes, the browser keeps and
// sends back; one byte more is an error, and nothing is sent.
func TestSealedCookieSizes(t *testing.T) {
	m := sealedManager(t, session.Config{
		Persistent: true,
		Limits:     session.Limits{Idle: longest, Lifetime: longest}, // so that Max-Age is as long as can be
		Cookie:     session.Cookie{Name: sizedName},
	})
	h := essays(m, noHold)
	fits, tooLong := setCookieSizes(h)
	site := serveTLS(t, h)
	p := chromium.New(t, trust(site))
	for _, size := range []int{4095, 4096} {
		essay, ok := fits[size]
		if !ok {
			t.Fatalf("no essay makes a line of %d bytes", size)
		}
		if status := p.Visit(fmt.Sprint(site.URL, "/write?by=x&size=", essay)); status != http.StatusOK {
			t.Errorf("%d bytes: status %d", size, status)
		}
		p.Visit(site.URL)
		p.Says(fmt.Sprint("essay: x", essay))
	}
	if tooLong != fits[4096]+1 {
		t.Fatalf("an essay of %d letters makes 4,096 bytes, one of %d is refused", fits[4096], tooLong)
	}
	before := p.Cookie(sizedName)
	checkCookie(t, before, "127.0.0.1")
	if status := p.Visit(fmt.Sprint(site.URL, "/write?by=x&size=", tooLong)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("4,097 bytes: status %d", status)
	}
	room := len(before.Value) // that of 4,096 bytes
	p.Says(fmt.Sprintf("takes %d bytes in the visitor's hands, where %d have room", room+1, room))
	p.Console.Expect(t, "413")
	if after := p.Cookie(sizedName); after == nil || after.Value != before.Value {
		t.Error("the cookie is another one after the error")
	}
	p.Visit(site.URL)
	p.Says(fmt.Sprint("essay: x", fits[4096]))
}

// Why there is a limit: a cookie whose name and value have more than 4,096 bytes the
// browser drops without a word. Its attributes don't count, here; the library
// counts them, since other browsers may.
func TestBrowserDropsLargeCookies(t *testing.T) {
	for size, want := range map[int]bool{4095: true, 4096: true, 4097: false} {
		const name = "handmade"
		value := strings.Repeat("x", size-len(name))
		site := serveTLS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/set" {
				w.Header().Set("Set-Cookie", name+"="+value+"; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=34560000")
			}
			c, _ := r.Cookie(name)
			showPage(w, fmt.Sprint("came back: ", c != nil && c.Value == value))
		}))
		p := chromium.New(t, trust(site))
		p.Visit(site.URL + "/set")
		if kept := p.Cookie(name) != nil; kept != want {
			t.Errorf("%d bytes are kept: %t, want %t", size, kept, want)
		}
		p.Visit(site.URL)
		p.Says(fmt.Sprint("came back: ", want))
	}
}
