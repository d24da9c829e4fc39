package jwt_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
)

// Bearer tokens: a logout takes the token back, a session may be larger than a cookie but
// not as large as it likes, and a JWT alone is for reading.
func TestBearerFromLoginToLogout(t *testing.T) {
	eachKind(t, func(t *testing.T, o jwt.Options) {
		s := shop(t, o, func(c *session.Config) { c.Header = session.Header{Name: "Session-Token", Bearer: true, Only: true} })
		s.set("/essay", "essay", strings.Repeat("x", 3500))
		s.set("/book", "book", strings.Repeat("x", 6000))
		token := ""
		ask := func(path string, status int) (body string) {
			t.Helper()
			r := httptest.NewRequest(http.MethodPost, path, nil)
			r.Header.Set("Authorization", "Bearer "+token)
			r.Header.Set("Sec-Fetch-Site", "cross-site") // no browser adds such a token by itself
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			equal(t, "status of "+path, w.Code, status)
			equal(t, "cookies of "+path, len(w.Header()["Set-Cookie"]), 0)
			if fresh, ok := w.Header()["Session-Token"]; ok {
				token = fresh[0]
			}
			return w.Body.String()
		}
		ask("/login", http.StatusOK)
		ask("/essay", http.StatusOK)
		equal(t, "who", ask("/who", http.StatusOK), "alice")
		ask("/book", http.StatusRequestEntityTooLarge)
		equal(t, "who, after what was too large", ask("/who", http.StatusOK), "alice")
		whole := token
		if alone, _, paired := strings.Cut(whole, "~"); paired && !o.CheckEvery {
			token = alone
			equal(t, "who, by the JWT alone", ask("/who", http.StatusOK), "alice")
			ask("/set", http.StatusNotImplemented)
			ask("/logout", http.StatusNotImplemented)
			token = whole
		}
		ask("/logout", http.StatusOK)
		equal(t, "token after the logout", token, "")
		equal(t, "who after the logout", ask("/who", http.StatusOK), "")
	})
}

// The token, tilde included, travels as a bearer token too (RFC 6750), and a new one
// comes back.
func TestBearer(t *testing.T) {
	eachKind(t, func(t *testing.T, o jwt.Options) {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, o, func(c *session.Config) { c.Header = session.Header{Name: "Session-Token", Bearer: true} })
			s.set("/set", "k", "v")
			s.get("/get", "k")
			token := ""
			ask := func(path string) string {
				r := httptest.NewRequest(http.MethodPost, path, nil)
				r.Header.Set("Session-Token", "")
				if token != "" {
					r.Header.Set("Authorization", "Bearer "+token)
				}
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if fresh := w.Header().Get("Session-Token"); fresh != "" {
					token = fresh
				}
				return w.Body.String()
			}
			ask("/set")
			for range 3 {
				equal(t, "value", ask("/get"), "v")
				time.Sleep(6 * time.Minute)
			}
		})
	})
}
