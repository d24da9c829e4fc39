package django

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	compat "github.com/coatcheck-go/session/compat/django"
)

// A csrfSite is a site's settings, for Django and for Go.
type csrfSite struct {
	config, old question // old: in the place of config for Django 3.2
	ours        compat.CSRFOptions
}

var csrfSites = map[string]csrfSite{
	"plain": {config: question{}, old: question{}},
	"trusted origins": {
		config: question{"CSRF_TRUSTED_ORIGINS": []string{"https://*.example.com", "http://exact.example:8080"}},
		old:    question{"CSRF_TRUSTED_ORIGINS": []string{".example.com", "exact.example:8080"}},
		ours:   compat.CSRFOptions{TrustedOrigins: []string{"https://*.example.com", "http://exact.example:8080"}},
	},
	"a domain": {
		config: question{"CSRF_COOKIE_DOMAIN": ".shop.example"},
		old:    question{"CSRF_COOKIE_DOMAIN": ".shop.example"},
		ours:   compat.CSRFOptions{Cookie: &http.Cookie{Name: "csrftoken", Domain: ".shop.example"}},
	},
	"behind a proxy": {
		config: question{"USE_X_FORWARDED_HOST": true},
		old:    question{"USE_X_FORWARDED_HOST": true},
		ours:   compat.CSRFOptions{Host: func(r *http.Request) string { return r.Header.Get("X-Forwarded-Host") }},
	},
}

// What Origin and Referer may be; "-" is none.
var (
	csrfOrigins = []string{
		"-", "", "null", "http://www.shop.example", "https://www.shop.example", "https://www.shop.example:8443", "https://a.example.com", "http://a.example.com",
		"https://example.com", "https://badexample.com", "http://exact.example:8080", "http://exact.example", "http://proxied.example", "junk", "https://[",
	}
	csrfReferers = []string{
		"-", "https://www.shop.example/a", "http://www.shop.example/a", "https://www.shop.example:8443/", "https://pay.shop.example/", "https://a.b.example.com/x",
		"https://example.com", "https://notexample.com/", "https://exact.example:8080/", "https://proxied.example/", "https:///x", "junk",
	}
)

var csrfTargets = []string{"http://www.shop.example/form/", "https://www.shop.example/form/", "https://www.shop.example:8443/form/"}

// A request with a good token from anywhere is accepted by both sides, or by neither.
func TestCSRF_Origins(t *testing.T) {
	for version := range versions {
		t.Run("Django "+version, func(t *testing.T) {
			s := start(t, version)
			for name, site := range csrfSites {
				for _, target := range csrfTargets {
					s.compareFrom(t, name, site, target)
				}
			}
		})
	}
}

// compareFrom compares requests from everywhere.
func (s *site) compareFrom(t *testing.T, name string, site csrfSite, target string) {
	t.Helper()
	for _, referer := range csrfReferers {
		s.compareCSRF(t, name, site, target, "-", referer)
	}
	if s.old {
		return // it looks at the Referer alone
	}
	for _, origin := range csrfOrigins {
		s.compareCSRF(t, name, site, target, origin, "-")
		s.compareCSRF(t, name, site, target, origin, csrfReferers[1])
	}
}

const csrfSecret = "abcdefghijklmnopqrstuvwxyzABCDEF"

func (s *site) compareCSRF(t *testing.T, name string, site csrfSite, target, origin, referer string) {
	t.Helper()
	c, err := compat.NewCSRF(site.ours)
	check(t, err)
	r := csrfRequest(t, target, origin, referer)
	ours := c.Check(r)
	config := site.config
	if s.old {
		config = site.old
	}
	var theirs reply
	s.ask(&theirs, question{"op": "request", "path": "/form/", "config": config, "cookie": r.Header.Get("Cookie"), "form": map[string]string{}, "headers": wsgi(r)})
	if (ours == nil) != (theirs.Status == http.StatusOK) {
		t.Errorf("%s, %s, Origin %s, Referer %s: Django answers %d, Go %v", name, target, origin, referer, theirs.Status, ours)
	}
}

func csrfRequest(t *testing.T, target, origin, referer string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, nil)
	if r.TLS = nil; strings.HasPrefix(target, "https:") {
		r.TLS = &tls.ConnectionState{}
	}
	r.Header.Set("Cookie", "csrftoken="+csrfSecret)
	r.Header.Set("X-CSRFToken", csrfSecret)
	r.Header.Set("X-Forwarded-Host", "proxied.example")
	for header, value := range map[string]string{"Origin": origin, "Referer": referer} {
		if value != "-" {
			r.Header.Set(header, value)
		}
	}
	return r
}

// wsgi is the environment that a server makes of r.
func wsgi(r *http.Request) map[string]string {
	u := url.URL{Scheme: "http", Host: r.Host}
	port := "80"
	if r.TLS != nil {
		u.Scheme, port = "https", "443"
	}
	if u.Port() != "" {
		port = u.Port()
	}
	env := map[string]string{"wsgi.url_scheme": u.Scheme, "HTTP_HOST": r.Host, "SERVER_PORT": port}
	for header, values := range r.Header {
		env["HTTP_"+strings.ToUpper(strings.ReplaceAll(header, "-", "_"))] = values[0]
	}
	return env
}
