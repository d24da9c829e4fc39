package jwt_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
)

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
