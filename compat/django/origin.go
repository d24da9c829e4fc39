package django

import (
	"cmp"
	"errors"
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

// checkOrigin looks at the Origin of a request, or, if it has none and came by https,
// at its Referer.
func (c *CSRF) checkOrigin(r *http.Request) error {
	origin := r.Header.Get("Origin")
	switch {
	case origin != "":
		if !c.goodOrigin(r, origin) {
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
	own := "http://" + r.Host
	if c.o.Secure(r) {
		own = "https://" + r.Host
	}
	if origin == own || slices.Contains(c.o.TrustedOrigins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && slices.ContainsFunc(c.o.TrustedOrigins, func(trusted string) bool {
		scheme, host, _ := strings.Cut(trusted, "://")
		return strings.Contains(host, "*") && scheme == u.Scheme && sameDomain(u.Host, strings.TrimLeft(host, "*"))
	})
}

func (c *CSRF) goodReferer(r *http.Request) bool {
	u, err := url.Parse(r.Header.Get("Referer"))
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return false
	}
	for _, trusted := range c.o.TrustedOrigins {
		_, host, _ := strings.Cut(trusted, "://")
		if sameDomain(u.Host, strings.TrimLeft(host, "*")) {
			return true
		}
	}
	return sameDomain(u.Host, c.ownHost(r))
}

// ownHost is the cookie's domain with the request's port, or else the request's host.
func (c *CSRF) ownHost(r *http.Request) string {
	if c.cookie.Domain == "" {
		return r.Host
	}
	_, port, _ := net.SplitHostPort(r.Host)
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
