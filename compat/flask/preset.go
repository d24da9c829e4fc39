package flask

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/coatcheck-go/session"
)

// The settings of Flask that say something of its sessions.
const (
	secretKey          = "SECRET_KEY"
	secretKeyFallbacks = "SECRET_KEY_FALLBACKS"
	lifetime           = "PERMANENT_SESSION_LIFETIME"
	refresh            = "SESSION_REFRESH_EACH_REQUEST"
	cookieName         = "SESSION_COOKIE_NAME"
	cookieDomain       = "SESSION_COOKIE_DOMAIN"
	cookiePath         = "SESSION_COOKIE_PATH"
	cookieHTTPOnly     = "SESSION_COOKIE_HTTPONLY"
	cookieSecure       = "SESSION_COOKIE_SECURE"
	cookieSameSite     = "SESSION_COOKIE_SAMESITE"
	cookiePartitioned  = "SESSION_COOKIE_PARTITIONED"
	applicationRoot    = "APPLICATION_ROOT"
	sessionType        = "SESSION_TYPE" // Flask-Session's
)

var known = []string{
	refresh, cookieName, cookieDomain, cookiePath, cookieHTTPOnly, cookieSecure, cookieSameSite, cookiePartitioned,
}

// FromConfig returns the Config of a Manager that shares the session cookie of the
// Flask application with these settings, called as in app.config:
//
//	SECRET_KEY, SECRET_KEY_FALLBACKS
//	PERMANENT_SESSION_LIFETIME                seconds, a time.Duration, or a timedelta as text
//	SESSION_REFRESH_EACH_REQUEST
//	SESSION_COOKIE_NAME, _DOMAIN, _PATH (else APPLICATION_ROOT), _HTTPONLY, _SECURE,
//	_SAMESITE, _PARTITIONED
//
// Before Flask 2.3 a SERVER_NAME is the cookie's domain where there is no
// SESSION_COOKIE_DOMAIN; set that on both sides.
//
// What isn't there, or nil, has Flask's default. Names that don't concern sessions
// are left alone, and so is MAX_COOKIE_SIZE, at which Flask only warns: here a cookie
// that browsers would drop is ErrTooLarge. o is for what the settings don't say; they
// count before SecretKeys, Lifetime and NoRefresh in it.
//
// The error lists everything that can't be honoured. It holds no key.
func FromConfig(settings map[string]any, o Options) (session.Config, error) {
	r := &reader{settings: settings}
	o.SecretKeys = append(r.key(), r.fallbacks()...)
	o.Lifetime = r.duration(lifetime)
	o.NoRefresh = !r.boolean(refresh, true)
	cookie := r.cookie()
	r.unknown()
	if err := errors.Join(r.errs...); err != nil {
		return session.Config{}, err
	}
	e, err := New(o)
	if err != nil {
		return session.Config{}, err
	}
	config := e.Config(session.Config{Cookie: session.Cookie{Foreign: cookie}})
	_, err = session.New(config) // it knows which cookies browsers refuse
	return config, err
}

// cookie returns what Flask's interface sends (get_cookie_name and so on), as
// Werkzeug spells it.
func (r *reader) cookie() *http.Cookie {
	c := &http.Cookie{
		Name:        cmp.Or(r.text(cookieName), "session"),
		Path:        quotePath(cmp.Or(r.text(cookiePath), r.text(applicationRoot), "/")),
		HttpOnly:    r.boolean(cookieHTTPOnly, true),
		Secure:      r.boolean(cookieSecure, false),
		SameSite:    r.sameSite(),
		Partitioned: r.boolean(cookiePartitioned, false),
	}
	if r.settings[cookieDomain] != false { // Flask 2 takes it for None
		host, _, _ := strings.Cut(r.text(cookieDomain), ":")
		c.Domain = strings.TrimLeft(host, ".")
	}
	c.Secure = c.Secure || c.Partitioned
	return c
}

func (r *reader) sameSite() http.SameSite {
	switch text := r.text(cookieSameSite); strings.ToLower(text) {
	case "":
	case "lax":
		return http.SameSiteLaxMode
	case "strict":
		return http.SameSiteStrictMode
	case "none":
		return http.SameSiteNoneMode
	default:
		r.fail(cookieSameSite, "must be Lax, Strict or None")
	}
	return 0
}

// quotePath escapes as Werkzeug's dump_cookie does.
func quotePath(path string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	const safe = letters + "_.-~" + "%!$&'()*+,/:=@"
	var quoted strings.Builder
	for i := range len(path) {
		if strings.IndexByte(safe, path[i]) >= 0 {
			quoted.WriteByte(path[i])
		} else {
			fmt.Fprintf(&quoted, "%%%02X", path[i])
		}
	}
	return quoted.String()
}

// unknown finds settings of sessions that would be passed over.
func (r *reader) unknown() {
	if r.settings[sessionType] != nil {
		r.fail(sessionType, "sessions of Flask-Session are not in the cookie: they need package compat/flasksession")
		return
	}
	for _, name := range slices.Sorted(maps.Keys(r.settings)) {
		if strings.HasPrefix(name, "SESSION_") && name != sessionType && !slices.Contains(known, name) {
			r.fail(name, "is no setting of Flask's own sessions")
		}
	}
}
