package flask

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

const testKey = "test-secret-key-0123456789"

// captured is the clock of the captured cookies.
var captured = time.Unix(1700000000, 0).UTC()

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Error(err)
	}
}

func newEngine(tb testing.TB, o Options) *Engine {
	tb.Helper()
	if o.SecretKeys == nil {
		o.SecretKeys = []string{testKey}
	}
	return must[*Engine](tb)(New(o))
}

func newManager(tb testing.TB, o Options) *session.Manager {
	tb.Helper()
	return must[*session.Manager](tb)(session.New(newEngine(tb, o).Config(session.Config{})))
}

// A cookieVector is a cookie that Flask made, and what is in it.
type cookieVector struct{ name, data, token string }

var cookieLine = regexp.MustCompile(`(?m)^cookie (\S+) (.*) -> (\S+)$`)

var captures = []string{"testdata/flask-2.2.txt", "testdata/flask-3.1.txt"}

func capture(tb testing.TB, file string) string {
	tb.Helper()
	return string(must[[]byte](tb)(os.ReadFile(file)))
}

func cookieVectors(tb testing.TB) (all []cookieVector) {
	tb.Helper()
	for _, file := range captures {
		for _, m := range cookieLine.FindAllStringSubmatch(capture(tb, file), -1) {
			all = append(all, cookieVector{m[1], m[2], m[3]})
		}
	}
	if len(all) < 14 {
		tb.Fatal("testdata lacks cookies")
	}
	return all
}

// seal makes a cookie of any text, as Flask's key would.
func seal(tb testing.TB, text string, at time.Time) string {
	tb.Helper()
	return newEngine(tb, Options{}).signer.SealAt([]byte(text), at)
}

// dictOf returns the text of a cookie of testKey.
func dictOf(tb testing.TB, token string) string {
	tb.Helper()
	data, _, err := newEngine(tb, Options{}).signer.Open(token)
	check(tb, err)
	return string(data)
}

// A site is an application of two frameworks' making, as far as it is in Go.
type site struct {
	tb testing.TB
	m  *session.Manager
	http.Handler
	page func(w http.ResponseWriter, s *session.Session)
}

func newSite(tb testing.TB, config session.Config) *site {
	tb.Helper()
	s := &site{tb: tb, m: must[*session.Manager](tb)(session.New(config))}
	s.Handler = s.m.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.page(w, session.From(r)) }))
	return s
}

// presetSite is the site of a Flask configuration.
func presetSite(tb testing.TB, o Options, settings map[string]any) *site {
	tb.Helper()
	all := map[string]any{"SECRET_KEY": testKey}
	maps.Copy(all, settings)
	return newSite(tb, must[session.Config](tb)(FromConfig(all, o)))
}

// visit runs one page for a visitor with a cookie, "" for none.
func (s *site) visit(token string, page func(w http.ResponseWriter, s *session.Session)) *http.Response {
	s.tb.Helper()
	s.page = page
	r := httptest.NewRequestWithContext(s.tb.Context(), http.MethodGet, "/", nil)
	if token != "" {
		r.Header.Set("Cookie", s.m.CookieName()+"="+token)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

// do is visit with a page that must not fail, and returns the cookie that the visitor
// then has.
func (s *site) do(token string, act func(*session.Session) error) string {
	s.tb.Helper()
	res := s.visit(token, func(_ http.ResponseWriter, ss *session.Session) { check(s.tb, act(ss)) })
	if res.StatusCode != http.StatusOK {
		s.tb.Errorf("status %d", res.StatusCode)
	}
	for _, c := range res.Cookies() {
		token = c.Value
	}
	return token
}

func wantErr(tb testing.TB, what string, err, want error) {
	tb.Helper()
	if !errors.Is(err, want) {
		tb.Errorf("%s: %v, want %v", what, err, want)
	}
	if err != nil && strings.Contains(err.Error(), "secret") {
		tb.Errorf("%s: the error tells the value: %v", what, err)
	}
}
