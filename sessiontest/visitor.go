// Package sessiontest helps an application test handlers that use sessions: it
// puts values in a session before a request and reads them back after.
//
//	v := sessiontest.NewVisitor(t, manager)
//	v.Set("cart", Cart{"tea": 1})
//	v.Login("alice")
//	res := v.Do(handler, httptest.NewRequest("POST", "/order", nil))
//	if cart := sessiontest.Get[Cart](v, "cart"); len(cart) != 0 { … }
//
// Requests go straight to the handler, without a server and without TLS, so use a
// Manager with the cookie settings of production: Cookie.InsecureLoopback would
// refuse the addresses of httptest. Cookies that a session is split into
// (Cookie.MaxParts) are put together; tokens in a header (Config.Header) are not seen.
package sessiontest

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

// A Visitor is a browser as far as the session cookie goes. Every method fails
// the test at once on an error. It is for one goroutine.
type Visitor struct {
	t       testing.TB
	m       *session.Manager
	cookies map[string]string // the session cookie, or the several that it is split into
}

// NewVisitor returns a visitor without a session.
func NewVisitor(t testing.TB, m *session.Manager) *Visitor {
	return &Visitor{t: t, m: m, cookies: map[string]string{}}
}

// Set stores a value in the visitor's session, as a handler would, and creates the session if
// there is none.
func (v *Visitor) Set(key string, value any) {
	v.t.Helper()
	v.edit(func(s *session.Session) error { return s.Set(key, value) })
}

// Login makes subject be logged in.
func (v *Visitor) Login(subject string) {
	v.t.Helper()
	v.edit(func(s *session.Session) error { return s.Login(subject) })
}

// CSRFToken returns a token for a form that the visitor is to send, see
// session.Manager.RequireCSRF, and creates the session if there is none.
func (v *Visitor) CSRFToken() (token string) {
	v.t.Helper()
	v.edit(func(s *session.Session) (err error) {
		token, err = s.CSRFToken()
		return err
	})
	return token
}

func (v *Visitor) edit(f func(*session.Session) error) {
	v.t.Helper()
	s := v.Session()
	if err := errors.Join(f(s), s.Save()); err != nil {
		v.t.Fatalf("sessiontest: %v", err)
	}
	v.cookies = map[string]string{v.m.CookieName(): s.Token().Reveal()}
}

// Do sends r with the visitor's cookie to h, takes the cookie that the response
// sets, and returns the response.
func (v *Visitor) Do(h http.Handler, r *http.Request) *http.Response {
	v.t.Helper()
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		if name := v.m.CookieName(); c.Name == name || strings.HasPrefix(c.Name, name+"~") {
			v.cookies[c.Name] = c.Value
		}
	}
	maps.DeleteFunc(v.cookies, func(_, value string) bool { return value == "" }) // it was removed
	return res
}

// Session opens the visitor's session as it is saved now; a new one if there is
// none, or if it was ended.
func (v *Visitor) Session() *session.Session {
	v.t.Helper()
	s, err := v.m.Open(v.t.Context(), v.token())
	if errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrEnded) {
		return v.m.New(v.t.Context())
	}
	if err != nil {
		v.t.Fatalf("sessiontest: %v", err)
	}
	return s
}

// token returns what the visitor's cookies say, as a handler would see it.
func (v *Visitor) token() (token session.Token) {
	v.t.Helper()
	read := func(_ http.ResponseWriter, r *http.Request) { token = v.m.From(r).Token() }
	v.Do(v.m.Wrap(http.HandlerFunc(read)), httptest.NewRequestWithContext(v.t.Context(), http.MethodGet, "/", nil))
	return token
}

// Subject returns who is logged in, "" for nobody.
func (v *Visitor) Subject() string {
	v.t.Helper()
	subject, err := v.Session().Subject()
	if err != nil {
		v.t.Fatalf("sessiontest: %v", err)
	}
	return subject
}

// Get returns a value of the visitor's session, the zero T if there is none.
func Get[T any](v *Visitor, key string) T {
	v.t.Helper()
	value, err := session.Get[T](v.Session(), key)
	if err != nil {
		v.t.Fatalf("sessiontest: %v", err)
	}
	return value
}
