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

	// Foreign is for a site that shares its session cookie with an application of
	// another framework, and for nothing else: the cookie then has just these
	// attributes, so that either side replaces and removes the other's. Name, Domain,
	// Path (default "/"), Secure, HttpOnly, SameSite (0: none) and Partitioned
	// are sent as they stand, even where that is less safe than Coatcheck's own
	// cookie. A persistent cookie says when it ends by Expires; if Foreign.MaxAge
	// isn't 0, by Max-Age too. The other fields of Cookie must be left out.
	Foreign *http.Cookie
}

// Longer ones browsers ignore: name and value of a cookie, value of an attribute
// (RFC 6265bis).
const (
	maxCookieSize    = 4096
	maxAttributeSize = 1024
)

// resolve puts the defaults in and checks the rest.
func (c Cookie) resolve() (Cookie, error) {
	if c.Foreign != nil {
		return c.resolveForeign()
	}
	setDefault(&c.Path, "/")
	setDefault(&c.SameSite, http.SameSiteLaxMode)
	setDefault(&c.Name, c.defaultName())
	return c, c.check()
}

// resolveForeign takes over what is asked of c elsewhere, and a copy of the rest.
func (c Cookie) resolveForeign() (Cookie, error) {
	if c != (Cookie{Foreign: c.Foreign}) {
		return c, errors.New("session: Config.Cookie.Foreign stands for the whole cookie: leave the other fields out")
	}
	foreign := *c.Foreign
	foreign.Domain = strings.TrimPrefix(foreign.Domain, ".") // net/http and browsers do the same
	setDefault(&foreign.Path, "/")
	c = Cookie{Foreign: &foreign, Name: foreign.Name, Domain: foreign.Domain, Path: foreign.Path, SameSite: foreign.SameSite}
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
	case (c.SameSite < http.SameSiteLaxMode || c.SameSite > http.SameSiteNoneMode) && (c.Foreign == nil || c.SameSite != 0):
		return errors.New("session: Config.Cookie.SameSite must be Lax, Strict or None")
	case len(c.Name)+tokenSize > maxCookieSize || len(c.Path) > maxAttributeSize:
		return errors.New("session: Config.Cookie: Name or Path is too long: browsers would drop it")
	case c.MaxParts != 0 && (c.MaxParts < 2 || c.MaxParts > maxParts):
		return fmt.Errorf("session: Config.Cookie.MaxParts is %d, must be from 2 to %d, or 0", c.MaxParts, maxParts)
	case c.Path[0] != '/':
		return fmt.Errorf("session: Config.Cookie.Path %q must begin with /: browsers would ignore it", c.Path)
	case strings.HasPrefix(name, "__host-") && (c.Domain != "" || c.Path != "/"):
		return fmt.Errorf("session: cookie %q can't have a Domain or a Path: browsers would refuse it; name it __Secure-…", c.Name)
	case strings.HasPrefix(name, "__") && !sample.Secure:
		return fmt.Errorf("session: cookie %q must be Secure: browsers would refuse it as it is; name it without prefix", c.Name)
	case c.SameSite == http.SameSiteNoneMode && !sample.Secure:
		return errors.New("session: Config.Cookie: SameSite=None needs a cookie that is Secure")
	}
	return nil
}

// http returns the cookie without its value and end.
func (c Cookie) http() *http.Cookie {
	if f := c.Foreign; f != nil {
		return &http.Cookie{
			Name: f.Name, Domain: f.Domain, Path: f.Path, HttpOnly: f.HttpOnly,
			Secure: f.Secure, SameSite: f.SameSite, Partitioned: f.Partitioned,
		}
	}
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
	room   int    // for a token in one cookie: the whole line counts

	// How a persistent cookie says when it ends.
	maxAge, expires bool
}

func newCookieWriter(c Cookie) cookieWriter {
	w := cookieWriter{
		name: c.Name, suffix: strings.TrimPrefix(c.http().String(), c.Name+"="), parts: c.MaxParts,
		maxAge: c.Foreign == nil || c.Foreign.MaxAge != 0, expires: c.Foreign != nil,
	}
	w.room = maxCookieSize - len(w.set("", maxLifetime))
	return w
}

// set returns the line for token; a maxAge of 0 is a cookie that goes with the
// browser. With an empty token, which an [Engine] gives where nothing is left to be
// kept, that is at once.
func (w cookieWriter) set(token string, maxAge time.Duration) string {
	switch {
	case maxAge > 0:
		return w.name + "=" + token + w.suffix + w.end(min(maxAge, maxLifetime))
	case token == "":
		return w.remove()
	}
	return w.name + "=" + token + w.suffix
}

// end returns the attributes of a cookie that ends after maxAge.
func (w cookieWriter) end(maxAge time.Duration) (attributes string) {
	if w.expires {
		attributes = "; Expires=" + time.Now().Add(maxAge).UTC().Format(http.TimeFormat)
	}
	if w.maxAge {
		attributes += "; Max-Age=" + strconv.FormatInt(int64(maxAge/time.Second), 10)
	}
	return attributes
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
