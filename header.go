package session

import (
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// Header lets clients without a cookie jar, such as programs and mobile
// applications, carry the token in a request header. The zero value is cookies
// only.
//
// A request with such a header is served by it alone: its cookie is neither read nor
// set. So no request has two sessions, and none of these needs a defence against
// CSRF, since browsers add no such header by themselves. New tokens come back
// in the response header Name, which is empty when the session has ended. If
// scripts of other origins shall use it, the application has to allow that by
// CORS and to expose the header.
type Header struct {
	// Name of the header, "Session-Token" for instance. An empty one in a request
	// says that there is no token yet, and that the answer shall come the same
	// way.
	Name string

	// Bearer also takes the token from "Authorization: Bearer" (RFC 6750), where
	// there is no token in the header Name. Then Authorization can't carry bearer
	// tokens of another kind beside the cookie. Needs Name.
	Bearer bool

	// Only serves without cookies altogether. Needs Name.
	Only bool
}

func (c Header) resolve() (Header, error) {
	switch c.Name = textproto.CanonicalMIMEHeaderKey(c.Name); {
	case c.Name == "" && (c.Bearer || c.Only):
		return c, errors.New("session: Config.Header.Name must be set: new tokens are sent in it")
	case slices.Contains([]string{"Authorization", "Cookie", "Set-Cookie"}, c.Name):
		return c, fmt.Errorf("session: Config.Header.Name can't be %q", c.Name)
	case strings.ContainsFunc(c.Name, notToken):
		return c, fmt.Errorf("session: Config.Header.Name %q is no header name", c.Name)
	}
	return c, nil
}

// notToken tells what can't be in a header's name (RFC 9110, 5.6.2).
func notToken(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// A carrier is how a request brought its token, and how it gets a new one.
type carrier struct {
	token     string
	duplicate bool // more than one came: one may be planted, so none is to be believed
	byHeader  bool
}

func (m *Manager) carrier(h http.Header) carrier {
	if m.config.Header.Name != "" {
		if c := m.config.Header.read(h); c.byHeader {
			return c
		}
	}
	token, duplicate := readCookie(h, m.config.Cookie.Name)
	return carrier{token: m.cookie.join(h, token), duplicate: duplicate}
}

// read looks for a token in the headers that c names.
func (c Header) read(h http.Header) carrier {
	lines, named := h[c.Name]
	found := carrier{byHeader: c.Only || named}
	tokens := slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return s == "" })
	if c.Bearer {
		bearers := bearerTokens(h)
		tokens = append(tokens, bearers...)
		found.byHeader = found.byHeader || len(bearers) > 0
	}
	found.duplicate = len(tokens) > 1
	if len(tokens) == 1 {
		found.token = tokens[0]
	}
	return found
}

func bearerTokens(h http.Header) (tokens []string) {
	for _, line := range h["Authorization"] {
		scheme, token, _ := strings.Cut(line, " ")
		if strings.EqualFold(scheme, "Bearer") {
			tokens = append(tokens, strings.TrimLeft(token, " "))
		}
	}
	return tokens
}

// vary names the request headers that say whose session it is.
func (m *Manager) vary() (names []string) {
	if !m.config.Header.Only {
		names = append(names, "Cookie")
	}
	if m.config.Header.Bearer {
		names = append(names, "Authorization")
	}
	if m.config.Header.Name != "" {
		names = append(names, m.config.Header.Name)
	}
	return names
}
