package django

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

var (
	errOrigin  = errors.New("it comes from another origin")
	errReferer = errors.New("it came by https, and its Referer is missing or another site's")
)

// A trustedOrigin is one of CSRF_TRUSTED_ORIGINS.
type trustedOrigin struct {
	scheme, host string // host begins with a dot if all below it are meant
	wild         bool
}

// parseOrigin reads a scheme and a host.
func parseOrigin(origin string) (trustedOrigin, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || origin != u.Scheme+"://"+u.Host {
		return trustedOrigin{}, fmt.Errorf("%q must be a scheme and a host", origin)
	}
	return trustedOrigin{u.Scheme, strings.TrimLeft(u.Host, "*"), strings.Contains(u.Host, "*")}, nil
}

// checkOrigin looks at the Origin of a request, or, if it has none and came by https,
// at its Referer.
func (c *CSRF) checkOrigin(r *http.Request) error {
	origin, ok := r.Header["Origin"]
	switch {
	case ok:
		if !c.goodOrigin(r, strings.Join(origin, ",")) {
			return errOrigin
		}
	case c.o.Secure(r):
		if !c.goodReferer(r) {
			return errReferer
		}
	}
	return nil
}

func (c *CSRF) goodOrigin(r *http.Request, origin string) bool {
	scheme := "http"
	if c.o.Secure(r) {
		scheme = "https"
	}
	if origin == scheme+"://"+c.o.Host(r) || slices.Contains(c.o.TrustedOrigins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && slices.ContainsFunc(c.trusted, func(t trustedOrigin) bool {
		return t.wild && t.scheme == u.Scheme && sameDomain(u.Host, t.host)
	})
}

func (c *CSRF) goodReferer(r *http.Request) bool {
	u, err := url.Parse(r.Header.Get("Referer"))
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return false
	}
	return sameDomain(u.Host, c.ownHost(r)) || slices.ContainsFunc(c.trusted, func(t trustedOrigin) bool { return sameDomain(u.Host, t.host) })
}

// ownHost is the cookie's domain with the request's port, or else the request's host.
func (c *CSRF) ownHost(r *http.Request) string {
	host := c.o.Host(r)
	if c.cookie.Domain == "" {
		return host
	}
	_, port, _ := net.SplitHostPort(host)
	if port = cmp.Or(port, "443"); port == "443" || port == "80" {
		return c.cookie.Domain
	}
	return c.cookie.Domain + ":" + port
}

// sameDomain is django.utils.http.is_same_domain: pattern may begin with a dot, and
// then stands for the domain and all below it.
func sameDomain(host, pattern string) bool {
	host, pattern = strings.ToLower(host), strings.ToLower(pattern)
	if pattern == "" {
		return false
	}
	return host == pattern || pattern[0] == '.' && (strings.HasSuffix(host, pattern) || host == pattern[1:])
}
