package flaskconfig

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
)

const (
	cookieDomain   = "SESSION_COOKIE_DOMAIN"
	cookieSameSite = "SESSION_COOKIE_SAMESITE"
)

// Cookie returns what Flask's interface sends (get_cookie_name and so on), as Werkzeug
// spells it, but SESSION_COOKIE_PARTITIONED, which Flask alone sends.
func (r *Reader) Cookie() *http.Cookie {
	path, root := r.Text("SESSION_COOKIE_PATH"), r.Text("APPLICATION_ROOT")
	c := &http.Cookie{
		Name:     cmp.Or(r.Text("SESSION_COOKIE_NAME"), "session"),
		Path:     quotePath(cmp.Or(path, root, "/")),
		HttpOnly: r.Bool("SESSION_COOKIE_HTTPONLY", true),
		Secure:   r.Bool("SESSION_COOKIE_SECURE", false),
		SameSite: r.sameSite(),
	}
	if r.Value(cookieDomain) != false { // Flask 2 takes it for None
		host, _, _ := strings.Cut(r.Text(cookieDomain), ":")
		c.Domain = strings.TrimLeft(host, ".")
	}
	return c
}

func (r *Reader) sameSite() http.SameSite {
	switch text := r.Text(cookieSameSite); strings.ToLower(text) {
	case "":
	case "lax":
		return http.SameSiteLaxMode
	case "strict":
		return http.SameSiteStrictMode
	case "none":
		return http.SameSiteNoneMode
	default:
		r.Fail(cookieSameSite, "must be Lax, Strict or None")
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
