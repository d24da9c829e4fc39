package session

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Cookie says what the session cookie looks like. It is always Secure and
// HttpOnly; the zero value is also host-only, for the whole site, and SameSite=Lax.
// What a browser would refuse is an error from New; nothing is silently mended.
type Cookie struct {
	// Name of the cookie. Default "__Host-Http-session", a name that browsers
	// take from this very host alone, and newer ones not from scripts; with a
	// Domain or Path "__Secure-session".
	Name string

	// Domain shares the cookie with all hosts below it. Default: this host
	// alone.
	Domain string

	// Path the cookie is for. Default "/".
	Path string

	// SameSite: default http.SameSiteLaxMode.
	SameSite http.SameSite

	// Partitioned keeps a cookie of its own for each site that embeds this
	// one (CHIPS).
	Partitioned bool

	// MaxParts lets a session that is kept in the cookie and too long for one be
	// split into so many: 2 to 10. Each request then carries them all, and many
	// servers and proxies take 8 KiB of cookies and no more. Default: it is an
	// error, ErrTooLarge.
	MaxParts int

	// InsecureLoopback is for development without TLS: the cookie is not
	// Secure (default name "session"), and requests are served only when they come
	// from this machine and are for localhost, 127.0.0.0/8 or ::1. Any other
	// request is refused.
	InsecureLoopback bool
}

// Longer ones browsers ignore: name and value of a cookie, value of an attribute
// (RFC 6265bis).
const (
	maxCookieSize    = 4096
	maxAttributeSize = 1024
)

// resolve puts the defaults in and checks the rest.
func (c Cookie) resolve() (Cookie, error) {
	setDefault(&c.Path, "/")
	setDefault(&c.SameSite, http.SameSiteLaxMode)
	setDefault(&c.Name, c.defaultName())
	return c, c.check()
}

func (c Cookie) defaultName() string {
	switch {
	case c.InsecureLoopback:
		return "session"
	case c.Domain != "" || c.Path != "/":
		return "__Secure-session"
	}
	return "__Host-Http-session"
}

func (c Cookie) check() error {
	name := strings.ToLower(c.Name) // browsers compare prefixes so
	sample := c.http()
	sample.Value = "v"
	if err := sample.Valid(); err != nil {
		return fmt.Errorf("session: Config.Cookie: %w", err)
	}
	if back, err := http.ParseSetCookie(sample.String()); err != nil || back.Domain != c.Domain || back.Path != c.Path {
		return errors.New("session: Config.Cookie: Domain or Path has a form that would not be sent as it is")
	}
	switch {
	case c.SameSite < http.SameSiteLaxMode || c.SameSite > http.SameSiteNoneMode:
		return errors.New("session: Config.Cookie.SameSite must be Lax, Strict or None")
	case len(c.Name)+tokenSize > maxCookieSize || len(c.Path) > maxAttributeSize:
		return errors.New("session: Config.Cookie: Name or Path is too long: browsers would drop it")
	case c.MaxParts != 0 && (c.MaxParts < 2 || c.MaxParts > maxParts):
		return fmt.Errorf("session: Config.Cookie.MaxParts is %d, must be from 2 to %d, or 0", c.MaxParts, maxParts)
	case c.Path[0] != '/':
		return fmt.Errorf("session: Config.Cookie.Path %q must begin with /: browsers would ignore it", c.Path)
	case strings.HasPrefix(name, "__host-") && (c.Domain != "" || c.Path != "/"):
		return fmt.Errorf("session: cookie %q can't have a Domain or a Path: browsers would refuse it; name it __Secure-…", c.Name)
	case strings.HasPrefix(name, "__") && c.InsecureLoopback:
		return fmt.Errorf("session: cookie %q must be Secure: browsers would refuse it with InsecureLoopback; name it without prefix", c.Name)
	case c.SameSite == http.SameSiteNoneMode && c.InsecureLoopback:
		return errors.New("session: Config.Cookie: SameSite=None needs Secure and can't go with InsecureLoopback")
	}
	return nil
}

func (c Cookie) http() *http.Cookie {
	return &http.Cookie{
		Name: c.Name, Domain: c.Domain, Path: c.Path, HttpOnly: true,
		Secure: !c.InsecureLoopback, SameSite: c.SameSite, Partitioned: c.Partitioned,
	}
}

// A cookieWriter makes Set-Cookie lines. The attributes are the same in all of
// them and are written by net/http once.
type cookieWriter struct {
	name   string
	suffix string // "; Path=/; HttpOnly …"
	parts  int    // a token may be split into
}

func newCookieWriter(c Cookie) cookieWriter {
	return cookieWriter{c.Name, strings.TrimPrefix(c.http().String(), c.Name+"="), c.MaxParts}
}

// set returns the line for token; a maxAge of 0 is a cookie that goes with the
// browser.
func (w cookieWriter) set(token string, maxAge time.Duration) string {
	if maxAge <= 0 {
		return w.name + "=" + token + w.suffix
	}
	seconds := int64(min(maxAge, maxLifetime) / time.Second)
	return w.name + "=" + token + w.suffix + "; Max-Age=" + strconv.FormatInt(seconds, 10)
}

// remove returns the line that makes the browser forget the cookie.
func (w cookieWriter) remove() string {
	return w.name + "=" + w.suffix + "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
}

// put adds line to h in the place of any of the same name: browsers don't agree
// on the order of two (RFC 6265, 4.1.1).
func (w cookieWriter) put(h http.Header, line string) {
	ours := func(other string) bool {
		return strings.HasPrefix(other, w.name) && strings.HasPrefix(other[len(w.name):], "=")
	}
	h["Set-Cookie"] = append(slices.DeleteFunc(h["Set-Cookie"], ours), line)
}

// maxCookies is from where on net/http reads no cookie of a request at all
// (GO-2025-4012); so do we.
const maxCookies = 3000

// readCookie finds the value of the cookie called name, without copying. A
// second one of that name makes duplicate true: one of them may be planted, so
// none is to be believed.
func readCookie(h http.Header, name string) (value string, duplicate bool) {
	n := 0
	found := false
	for _, line := range h["Cookie"] {
		for len(line) > 0 {
			var part string
			part, line, _ = strings.Cut(line, ";")
			if n++; n > maxCookies {
				return "", false
			}
			v, ok := cookieValue(part, name)
			duplicate = duplicate || (ok && found)
			if ok {
				value, found = v, true
			}
		}
	}
	if duplicate {
		return "", true
	}
	return value, false
}

// isBlank tells what may stand around a cookie.
func isBlank(r rune) bool { return r == ' ' || r == '\t' }

// cookieValue returns what part, one piece of a Cookie header, has for name.
func cookieValue(part, name string) (value string, ok bool) {
	part = strings.TrimFunc(part, isBlank)
	if len(part) <= len(name) || part[len(name)] != '=' || part[:len(name)] != name {
		return "", false
	}
	return part[len(name)+1:], true
}

var errInsecure = errors.New("session: Cookie.InsecureLoopback serves this machine alone: use https, or ask for localhost")

// checkLoopback refuses what InsecureLoopback is not for. Both ends are looked
// at: behind a proxy on this machine only the Host tells.
func checkLoopback(r *http.Request) error {
	if loopback(r.RemoteAddr) && loopback(r.Host) {
		return nil
	}
	return errInsecure
}

func loopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}
