package django

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/coatcheck-go/session"
)

// CSRFOptions are what the site and this program must agree on. The zero value is
// Django's default.
type CSRFOptions struct {
	// UseSessions is CSRF_USE_SESSIONS: the secret is in the session, not in a
	// cookie.
	UseSessions bool

	// Cookie is the cookie with the secret. Default: "csrftoken" for the whole host,
	// for a year, SameSite=Lax.
	Cookie *http.Cookie

	// Masked keeps the secret under a mask, as Django before 4.1 must have it, and 4.1
	// and 4.2 under CSRF_COOKIE_MASKED. Default: as it is. Both forms are read.
	Masked bool

	// Header is CSRF_HEADER_NAME, as it is on the wire. Default "X-CSRFToken".
	Header string

	// TrustedOrigins is CSRF_TRUSTED_ORIGINS: a scheme and a host, such as
	// "https://www.example.com:8443"; "https://*.example.com" is that domain and all
	// below it.
	TrustedOrigins []string

	// Host returns the host that the visitor asked for, with its port, where a proxy
	// puts another one into the request (USE_X_FORWARDED_HOST). Default: its Host.
	Host func(*http.Request) string

	// Secure tells whether a request came by https, where a proxy speaks http to this
	// program. Default: it came by TLS.
	Secure func(*http.Request) bool
}

// CSRF makes and checks tokens as Django's CsrfViewMiddleware does (middleware/csrf.py),
// so that a form rendered by either is accepted by the other. Safe for concurrent use.
//
// A Manager refuses requests of other sites as well, by itself. A site with trusted
// origins gives them to Config.TrustedOrigins, too.
type CSRF struct {
	o       CSRFOptions
	cookie  http.Cookie
	trusted []trustedOrigin
}

const (
	csrfChars  = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	csrfSecret = 32             // characters
	csrfToken  = 2 * csrfSecret // a mask, and the secret under it
	csrfField  = "csrfmiddlewaretoken"
	csrfYear   = 31449600 // seconds, 52 weeks
)

// NewCSRF returns the CSRF of a site. The error is for an origin that is none, or a
// cookie that can't be sent.
func NewCSRF(o CSRFOptions) (*CSRF, error) {
	c := &CSRF{o: o, cookie: http.Cookie{Name: "csrftoken", Path: "/", MaxAge: csrfYear, SameSite: http.SameSiteLaxMode}}
	if o.Cookie != nil {
		c.cookie = *o.Cookie
	}
	c.o.Header = cmp.Or(o.Header, "X-CSRFToken")
	if o.Secure == nil {
		c.o.Secure = func(r *http.Request) bool { return r.TLS != nil }
	}
	if o.Host == nil {
		c.o.Host = func(r *http.Request) string { return r.Host }
	}
	for _, origin := range o.TrustedOrigins {
		trusted, err := parseOrigin(origin)
		if err != nil {
			return nil, fmt.Errorf("django: CSRFOptions.TrustedOrigins: %w", err)
		}
		c.trusted = append(c.trusted, trusted)
	}
	probe := c.cookie
	probe.Value = "v"
	if err := probe.Valid(); err != nil {
		return nil, fmt.Errorf("django: CSRFOptions.Cookie: %w", err)
	}
	return c, nil
}

// Token returns a token for a form or a header, another one each time, and sees to it
// that the visitor has the secret. It must be called before the response begins.
// Errors: those of the session, with UseSessions.
func (c *CSRF) Token(w http.ResponseWriter, r *http.Request) (string, error) {
	kept, err := c.kept(currentCookie(w, r, c.cookie.Name), r)
	if err != nil {
		return "", err
	}
	secret := unmask(kept)
	if kept == "" {
		secret = newSecret()
	}
	return mask(secret), c.keep(w, r, kept, secret)
}

// Field is Django's {% csrf_token %}: the hidden field for a form.
func (c *CSRF) Field(w http.ResponseWriter, r *http.Request) (template.HTML, error) {
	token, err := c.Token(w, r)
	if err != nil {
		return "", err
	}
	return template.HTML(`<input type="hidden" name="` + csrfField + `" value="` + token + `">`), nil //nolint:gosec // letters and digits
}

// Rotate gives the visitor a new secret. Django does so at each login, and so does
// Site.Login; a handler that calls Session.Login should, too. Errors as Token.
func (c *CSRF) Rotate(w http.ResponseWriter, r *http.Request) error {
	return c.keep(w, r, "", newSecret())
}

func newSecret() string { return randomText(csrfSecret, csrfChars) }

// keep keeps secret, in the form in which it is kept already if that is the right one. The
// cookie is sent each time, so that its year begins anew.
func (c *CSRF) keep(w http.ResponseWriter, r *http.Request, kept, secret string) error {
	next := secret
	switch {
	case c.o.Masked && len(kept) == csrfToken:
		next = kept
	case c.o.Masked:
		next = mask(secret)
	}
	switch {
	case !c.o.UseSessions:
		putCookie(w, c.cookie, next)
	case next != kept:
		return session.From(r).Set(csrfKey, next)
	}
	return nil
}

// kept returns the visitor's secret as it is kept, under a mask perhaps, and "" if there
// is none.
func (c *CSRF) kept(cookie string, r *http.Request) (kept string, err error) {
	kept = cookie
	if c.o.UseSessions {
		if kept, err = session.Get[string](session.From(r), csrfKey); err != nil {
			return "", err
		}
	}
	if !isCSRF(kept) {
		return "", nil
	}
	return kept, nil
}

// Check reports why r must be refused: the error is a session.ErrForbidden, and says what
// is missing, or one of the session's. GET, HEAD, OPTIONS and TRACE always pass. It reads
// the form of a POST request.
func (c *CSRF) Check(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return nil
	}
	if err := c.checkOrigin(r); err != nil {
		return fmt.Errorf("django: csrf: %w: %w", session.ErrForbidden, err)
	}
	kept, err := c.kept(sentCookie(r, c.cookie.Name), r)
	if err != nil {
		return fmt.Errorf("django: csrf: %w", err)
	}
	token := c.sent(r)
	switch {
	case kept == "":
		err = errors.New("there is no secret")
	case !isCSRF(token):
		err = errors.New("the token is missing or has a wrong form")
	case subtle.ConstantTimeCompare([]byte(unmask(token)), []byte(unmask(kept))) == 0:
		err = errors.New("the token is another one's")
	default:
		return nil
	}
	return fmt.Errorf("django: csrf: %w: %w", session.ErrForbidden, err)
}

// sent returns the token of a request: of two fields the last, as in Django.
func (c *CSRF) sent(r *http.Request) (token string) {
	if r.Method == http.MethodPost {
		_ = r.PostFormValue(csrfField) // reads the form
		if fields := r.PostForm[csrfField]; len(fields) > 0 {
			token = fields[len(fields)-1]
		}
	}
	return cmp.Or(token, r.Header.Get(c.o.Header))
}

// Protect is the middleware: it answers requests that Check refuses with the status of
// session.StatusCode, 403 mostly. With UseSessions it belongs inside of Manager.Wrap.
func (c *CSRF) Protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := c.Check(r); err != nil {
			status := session.StatusCode(err)
			http.Error(w, http.StatusText(status), status)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isCSRF tells whether text has the form of a secret or a token.
func isCSRF(text string) bool {
	return (len(text) == csrfSecret || len(text) == csrfToken) && strings.Trim(text, csrfChars) == ""
}

// mask returns a token for a secret: each character is moved on by as much as that of
// a random mask says.
func mask(secret string) string {
	m := randomText(csrfSecret, csrfChars)
	return m + shift(secret, m, 1)
}

// unmask returns the secret of a token, or of what is a secret already.
func unmask(token string) string {
	if len(token) != csrfToken {
		return token
	}
	return shift(token[csrfSecret:], token[:csrfSecret], -1)
}

func shift(text, by string, direction int) string {
	shifted := make([]byte, len(text))
	for i := range shifted {
		at := strings.IndexByte(csrfChars, text[i]) + direction*strings.IndexByte(csrfChars, by[i])
		shifted[i] = csrfChars[(at+len(csrfChars))%len(csrfChars)]
	}
	return string(shifted)
}
