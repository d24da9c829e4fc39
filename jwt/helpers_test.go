package jwt_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
	"github.com/coatcheck-go/session/memstore"
)

// keys of each algorithm, made once: RSA keys take their time.
var keys = sync.OnceValue(func() map[string]jwt.Key {
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	secret, err := jwt.SecretKey(randomBytes(32))
	must(err)
	all := map[string]jwt.Key{"HS256": secret}
	for _, signer := range []crypto.Signer{edwards, curve, rsaKey} {
		key, err := jwt.PrivateKey(signer)
		must(err)
		all[key.Algorithm()] = key
	}
	return all
})

var algorithms = []string{"HS256", "EdDSA", "ES256", "RS256"}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func randomBytes(n int) []byte {
	raw := make([]byte, n)
	_, _ = rand.Read(raw)
	return raw
}

func newKey(t testing.TB) jwt.Key {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	key, err := jwt.PrivateKey(private)
	check(t, err)
	return key
}

// options are those of a site: an Ed25519 key, and no store.
func options() jwt.Options {
	return jwt.Options{Keys: []jwt.Key{keys()["EdDSA"]}, Issuer: "https://shop.example", Audience: "shop"}
}

func withStore() jwt.Options {
	o := options()
	o.Store = memstore.New(memstore.Options{})
	return o
}

func checkEvery() jwt.Options {
	o := withStore()
	o.CheckEvery = true
	return o
}

// A site is an application under test.
type site struct {
	t      testing.TB
	engine *jwt.Engine
	m      *session.Manager
	mux    *http.ServeMux
	http.Handler

	mu     sync.Mutex
	events []session.EventKind
}

func newSite(t testing.TB, o jwt.Options, set ...func(*session.Config)) *site {
	t.Helper()
	e, err := jwt.New(o)
	check(t, err)
	s := &site{t: t, engine: e, mux: http.NewServeMux()}
	c := session.Config{Engine: e, OnEvent: s.note}
	for _, f := range set {
		f(&c)
	}
	s.m, err = session.New(c)
	check(t, err)
	s.Handler = s.m.Wrap(s.mux)
	s.do("/none", func(*session.Session) error { return nil })
	return s
}

func (s *site) note(_ context.Context, e session.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e.Kind)
}

func (s *site) happened(kind session.EventKind) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.events {
		if k == kind {
			n++
		}
	}
	return n
}

// do makes a page that does something to the session; an error is a 500 or what
// fits it, and its text.
func (s *site) do(path string, f func(*session.Session) error) {
	s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		if err := f(session.From(r)); err != nil {
			http.Error(w, err.Error(), session.StatusCode(err))
		}
	})
}

// set makes a page that stores a value, get one that answers with it.
func (s *site) set(path, key string, value any) {
	s.do(path, func(ss *session.Session) error { return ss.Set(key, value) })
}

func (s *site) get(path, key string) {
	s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		value, err := session.Get[string](session.From(r), key)
		if err != nil && !errors.Is(err, session.ErrNotFound) {
			http.Error(w, err.Error(), session.StatusCode(err))
			return
		}
		_, _ = w.Write([]byte(value))
	})
}

// value returns what the record or the token holds.
func (s *site) value(token, key string) string {
	s.t.Helper()
	ss, err := s.m.Open(s.t.Context(), session.Token(token))
	check(s.t, err)
	value, err := session.Get[string](ss, key)
	check(s.t, err)
	return value
}

func (s *site) live(token string) bool {
	s.t.Helper()
	live, err := s.m.Exists(s.t.Context(), session.Token(token))
	check(s.t, err)
	return live
}

// A visitor has a cookie jar.
type visitor struct {
	s   *site
	jar http.CookieJar
}

var home = &url.URL{Scheme: "https", Host: "shop.example", Path: "/"}

func (s *site) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	check(s.t, err)
	return &visitor{s, jar}
}

// thief returns a visitor with a copy of v's cookies.
func (v *visitor) thief() *visitor {
	copied := v.s.visitor()
	copied.jar.SetCookies(home, v.cookies())
	return copied
}

// cookies returns what v would send, in a form that its jar takes.
func (v *visitor) cookies() []*http.Cookie {
	cookies := v.jar.Cookies(home)
	for _, c := range cookies {
		c.Secure, c.Path = true, "/"
	}
	return cookies
}

func (v *visitor) token() string {
	for _, c := range v.jar.Cookies(home) {
		if c.Name == v.s.m.CookieName() {
			return c.Value
		}
	}
	return ""
}

// carry puts token into v's jar.
func (v *visitor) carry(token string) {
	v.jar.SetCookies(home, []*http.Cookie{{Name: v.s.m.CookieName(), Value: token, Secure: true, Path: "/"}})
}

// send asks for a page with the cookies of now, receive takes those of the answer:
// in a race there is time between.
func (v *visitor) send(path string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, home.JoinPath(path).String(), nil)
	for _, c := range v.jar.Cookies(home) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.s.ServeHTTP(w, r)
	return w.Result()
}

func (v *visitor) receive(r *http.Response) { v.jar.SetCookies(home, r.Cookies()) }

// ask asks for a page and returns its body, or its status if it isn't 200.
func (v *visitor) ask(path string) string {
	r := v.send(path)
	v.receive(r)
	if r.StatusCode != http.StatusOK {
		return http.StatusText(r.StatusCode)
	}
	var body strings.Builder
	if err := r.Write(&body); err != nil {
		v.s.t.Fatal(err)
	}
	_, text, _ := strings.Cut(body.String(), "\r\n\r\n")
	return text
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
