package sessiontest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
	"github.com/coatcheck-go/session/sessiontest"
)

func newSite(t *testing.T) (*session.Manager, http.Handler) {
	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /order", func(w http.ResponseWriter, r *http.Request) {
		s := session.From(r)
		if subject, err := s.Subject(); err != nil || subject == "" {
			http.Error(w, "sign in first", http.StatusUnauthorized)
			return
		}
		if _, err := session.Pop[[]string](s, "cart"); err != nil {
			http.Error(w, err.Error(), session.StatusCode(err))
		}
	})
	mux.HandleFunc("POST /logout", func(_ http.ResponseWriter, r *http.Request) {
		if err := session.From(r).Logout(); err != nil {
			t.Error(err)
		}
	})
	return m, m.Wrap(mux)
}

func post(path string) *http.Request { return httptest.NewRequest(http.MethodPost, path, nil) }

func TestVisitor(t *testing.T) {
	m, site := newSite(t)
	v := sessiontest.NewVisitor(t, m)
	if res := v.Do(site, post("/order")); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("order by a stranger: status %d, want 401", res.StatusCode)
	}
	v.Set("cart", []string{"tea"})
	v.Login("alice")
	if got := sessiontest.Get[[]string](v, "cart"); len(got) != 1 || got[0] != "tea" {
		t.Errorf("cart before the order: %v, want [tea]", got)
	}
	if res := v.Do(site, post("/order")); res.StatusCode != http.StatusOK {
		t.Errorf("order by alice: status %d, want 200", res.StatusCode)
	}
	if got := sessiontest.Get[[]string](v, "cart"); len(got) != 0 {
		t.Errorf("cart after the order: %v, want none", got)
	}
	if got := v.Subject(); got != "alice" {
		t.Errorf("subject: %q, want alice", got)
	}
	v.Do(site, post("/logout"))
	if got := v.Subject(); got != "" {
		t.Errorf("subject after logout: %q, want none", got)
	}
}

// A session that was ended elsewhere reads as a new one.
func TestVisitorEndedElsewhere(t *testing.T) {
	m, _ := newSite(t)
	v := sessiontest.NewVisitor(t, m)
	v.Login("alice")
	if n, err := m.EndAll(t.Context(), "alice"); n != 1 || err != nil {
		t.Fatalf("end all: %d, %v", n, err)
	}
	if got := v.Subject(); got != "" {
		t.Errorf("subject: %q, want none", got)
	}
}

// A form that must carry a token.
func TestVisitorCSRF(t *testing.T) {
	m, site := newSite(t)
	site = m.Wrap(m.RequireCSRF(site))
	v := sessiontest.NewVisitor(t, m)
	if res := v.Do(site, post("/logout")); res.StatusCode != http.StatusForbidden {
		t.Errorf("without a token: status %d, want 403", res.StatusCode)
	}
	r := post("/logout")
	r.Header.Set(session.CSRFHeader, v.CSRFToken())
	if res := v.Do(site, r); res.StatusCode != http.StatusOK {
		t.Errorf("with a token: status %d, want 200", res.StatusCode)
	}
}

// A session that is too long for one cookie.
func TestVisitorSplitCookie(t *testing.T) {
	ring, err := keyring.New(keyring.Generate())
	if err != nil {
		t.Fatal(err)
	}
	engine, err := sealed.New(ring, sealed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := session.New(session.Config{Engine: engine, Cookie: session.Cookie{MaxParts: 4}})
	if err != nil {
		t.Fatal(err)
	}
	long, n := strings.Repeat("x", 8000), 0
	site := m.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s := session.From(r)
		text, err := session.Get[string](s, "long")
		if n = len(text); err != nil || s.Set("long", long) != nil {
			t.Error(err)
		}
	}))
	v := sessiontest.NewVisitor(t, m)
	v.Do(site, post("/"))
	if got := sessiontest.Get[string](v, "long"); got != long {
		t.Errorf("%d bytes in the session, want %d", len(got), len(long))
	}
	v.Do(site, post("/"))
	if n != len(long) {
		t.Errorf("the handler saw %d bytes, want %d", n, len(long))
	}
	v.Set("long", "short")
	v.Do(site, post("/"))
	if n != len("short") {
		t.Errorf("the handler saw %d bytes, want %d", n, len("short"))
	}
}
