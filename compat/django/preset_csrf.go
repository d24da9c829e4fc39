package django

import (
	"cmp"
	"net/http"
	"strings"
	"time"
)

func (r *reader) csrf(sessionDomain string) CSRFOptions {
	o := CSRFOptions{
		UseSessions:    r.boolean("CSRF_USE_SESSIONS", false),
		Cookie:         r.cookie("CSRF", "csrftoken", false, csrfYear*time.Second),
		Masked:         r.boolean("CSRF_COOKIE_MASKED", false),
		Header:         headerName(r.text("CSRF_HEADER_NAME", "HTTP_X_CSRFTOKEN")),
		TrustedOrigins: r.origins(),
		Secure:         r.secure(),
		Host:           r.host(),
	}
	if o.UseSessions {
		o.Cookie.Domain = sessionDomain // it counts for the Referer
	}
	return o
}

// origins are those that a Manager can trust, too. Before Django 4.0 they were hosts.
func (r *reader) origins() (all []string) {
	for _, origin := range r.texts("CSRF_TRUSTED_ORIGINS") {
		if !strings.Contains(origin, "://") {
			origin = "https://" + origin // a Referer was looked at with https alone
		}
		if strings.Contains(origin, "*") || strings.HasPrefix(origin, "https://.") {
			r.fail("CSRF_TRUSTED_ORIGINS", `has a pattern, and a Manager trusts whole origins alone: put a list of them, such as "https://www.example.com", in its place before FromSettings`)
			return nil
		}
		all = append(all, origin)
	}
	return all
}

// host is Django's request.get_host.
func (r *reader) host() func(*http.Request) string {
	if !r.boolean("USE_X_FORWARDED_HOST", false) {
		return nil
	}
	return func(req *http.Request) string { return cmp.Or(req.Header.Get("X-Forwarded-Host"), req.Host) }
}

// headerName is a header as it is on the wire, of one as in WSGI's environment.
func headerName(meta string) string {
	return http.CanonicalHeaderKey(strings.ReplaceAll(strings.TrimPrefix(meta, "HTTP_"), "_", "-"))
}

// secure is Django's request.is_secure.
func (r *reader) secure() func(*http.Request) bool {
	const name = "SECURE_PROXY_SSL_HEADER"
	pair := r.texts(name)
	switch len(pair) {
	case 0:
		return nil
	case 2:
		header := headerName(pair[0])
		return func(req *http.Request) bool {
			value, _, _ := strings.Cut(req.Header.Get(header), ",")
			if value == "" {
				return req.TLS != nil
			}
			return strings.TrimSpace(value) == pair[1]
		}
	}
	r.fail(name, "must be a header and its value")
	return nil
}
