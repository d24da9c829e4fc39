package django

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
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

	// Header is CSRF_HEADER_NAME, as it is on the wire. Default "X-CSRFToken".
	Header string

	// TrustedOrigins is CSRF_TRUSTED_ORIGINS, such as "https://*.example.com".
	TrustedOrigins []string

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
	o      CSRFOptions
	cookie http.Cookie
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
	for _, origin := range o.TrustedOrigins {
		if u, err := url.Parse(origin); err != nil || u.Scheme == "" || u.Host == "" {
			return nil, fmt.Errorf("django: CSRFOptions.TrustedOrigins: %q must have a scheme and a host", origin)
		}
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
	secret, err := c.secret(currentCookie(w, r, c.cookie.Name), r)
	if err != nil {
		return "", err
	}
	if secret == "" {
		secret = randomText(csrfSecret, csrfChars)
	}
	return mask(secret), c.keep(w, r, secret)
}

// Field is Django's {% csrf_token %}: the hidden field for a form.
func (c *CSRF) Field(w http.ResponseWriter, r *http.Request) (template.HTML, error) {
	token, err := c.Token(w, r)
	if err != nil {
		return "", err
	}
	return template.HTML(`<input type="hidden" name="` + csrfField + `" value="` + token + `">`), nil //nolint:gosec // letters and digits
}

// Rotate gives the visitor a new secret. Django does so at each login, and a handler that
// calls Session.Login should, too. Errors as Token.
func (c *CSRF) Rotate(w http.ResponseWriter, r *http.Request) error {
	return c.keep(w, r, randomText(csrfSecret, csrfChars))
}

// keep sends the cookie each time, so that its year begins anew.
func (c *CSRF) keep(w http.ResponseWriter, r *http.Request, secret string) error {
	if !c.o.UseSessions {
		putCookie(w, c.cookie, secret)
		return nil
	}
	s := session.From(r)
	if old, err := session.Get[string](s, csrfKey); err != nil || old == secret {
		return err
	}
	return s.Set(csrfKey, secret)
}

// secret returns the visitor's secret, "" if there is none. Before Django 4.0 it was
// kept under a mask.
func (c *CSRF) secret(cookie string, r *http.Request) (secret string, err error) {
	secret = cookie
	if c.o.UseSessions {
		if secret, err = session.Get[string](session.From(r), csrfKey); err != nil {
			return "", err
		}
	}
	if !isCSRF(secret) {
		return "", nil
	}
	return unmask(secret), nil
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
	secret, err := c.secret(sentCookie(r, c.cookie.Name), r)
	if err != nil {
		return fmt.Errorf("django: csrf: %w", err)
	}
	token := c.sent(r)
	switch {
	case secret == "":
		err = errors.New("there is no secret")
	case !isCSRF(token):
		err = errors.New("the token is missing or has a wrong form")
	case subtle.ConstantTimeCompare([]byte(unmask(token)), []byte(secret)) == 0:
		err = errors.New("the token is another one's")
	default:
		return nil
	}
	return fmt.Errorf("django: csrf: %w: %w", session.ErrForbidden, err)
}

// sent returns the token of a request.
func (c *CSRF) sent(r *http.Request) (token string) {
	if r.Method == http.MethodPost {
		token = r.PostFormValue(csrfField)
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
	if len(token) == csrfSecret {
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
