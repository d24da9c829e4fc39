package session

import (
	"net/http"
	"strings"
	"time"
)

// respond saves the session and sets the headers that tell of it. After it the
// headers count as sent.
func (s *Session) respond(h http.Header, status int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	used := s.loaded || s.m.config.SaveEveryRequest
	err := s.settle(status)
	if s.loaded && (used || err != nil || s.cookie != cookieKeep) { // not if only a refresh asked for it, in vain
		s.setHeaders(h, err)
	}
	s.closed = !s.loaded && status != http.StatusSwitchingProtocols
	s.headersSent = true
	return err
}

// settle does what the settings ask for and saves.
func (s *Session) settle(status int) error {
	c := &s.m.config
	if (c.SaveEveryRequest || c.RefreshEachRequest) && s.carried != "" {
		_ = s.load() // the error is kept in s.err
	}
	if !s.loaded || s.err != nil {
		return s.err
	}
	if s.exists() && (c.SaveEveryRequest || s.base.Renew) && s.changeable(false) == nil {
		s.modified = true
	}
	if c.DiscardOnServerError && status >= 500 && s.modified {
		s.changes, s.modified = nil, false
		s.err = errDiscarded // next can't be used any more
	}
	err := s.commit()
	if c.RefreshEachRequest && s.exists() && s.next.Persistent && !s.next.Moved && s.cookie == cookieKeep {
		s.cookie = cookieSet
	}
	return err
}

// setHeaders is for a response that depends on the session.
func (s *Session) setHeaders(h http.Header, err error) {
	s.setCaching(h)
	if err != nil {
		return
	}
	switch {
	case s.byHeader:
		s.sendHeader(h)
		return
	case s.cookie == cookieSet && s.exists():
		s.sendCookie(h, s.m.cookie.lines(s.carried, s.maxAge()))
	case s.cookie == cookieRemove:
		s.sendCookie(h, []string{s.m.cookie.remove()})
	}
	if s.clearSite && s.m.config.ClearSiteData != "-" {
		h.Set("Clear-Site-Data", s.clearSiteData())
	}
}

func (s *Session) sendCookie(h http.Header, lines []string) {
	w := s.m.cookie
	w.put(h, lines[len(lines)-1])
	h["Set-Cookie"] = append(h["Set-Cookie"], lines[:len(lines)-1]...)
	h["Set-Cookie"] = append(h["Set-Cookie"], w.leftovers(s.request.Header)...)
}

// sendHeader tells a client without a cookie jar its new token.
func (s *Session) sendHeader(h http.Header) {
	switch {
	case s.cookie == cookieSet && s.exists():
		h[s.m.config.Header.Name] = []string{s.carried}
	case s.cookie == cookieRemove:
		h[s.m.config.Header.Name] = []string{""}
	}
}

// maxAge is how long the browser shall keep the cookie, in full seconds, 0 for as long
// as it is open. It is never less than what the session has left: an early end would
// sign the visitor out, a late one leaves a token that stands for nothing.
func (s *Session) maxAge() time.Duration {
	if !s.next.Persistent {
		return 0
	}
	left := max(time.Until(s.next.deadline()), time.Nanosecond)
	return (left + time.Second - 1).Truncate(time.Second)
}

// clearSiteData leaves "cookies" out when this very response sets one, for the
// browser would clear that as well.
func (s *Session) clearSiteData() string {
	value := s.m.config.ClearSiteData
	if s.cookie != cookieSet {
		return value
	}
	var kept []string
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part != `"cookies"` {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ", ")
}

// targeted are headers that tell shared caches to keep a response, whatever Cache-Control
// says (RFC 9213, and what was there before).
var targeted = []string{"Cdn-Cache-Control", "Surrogate-Control"}

// setCaching keeps the response out of every cache but, if the application says so,
// the visitor's own (MB-09).
func (s *Session) setCaching(h http.Header) {
	for _, name := range targeted {
		delete(h, name)
	}
	lines := s.headerLines[:]
	if len(h["Vary"]) == 0 {
		lines[0] = s.m.varyLine
		h["Vary"] = lines[0:1:1]
	}
	for _, name := range s.m.varies {
		if !variesBy(h["Vary"], name) {
			h.Add("Vary", name)
		}
	}
	if !s.cacheable(h["Cache-Control"]) {
		lines[1] = "no-store"
		h["Cache-Control"] = lines[1:2:2]
	}
}

func variesBy(vary []string, name string) bool {
	for _, line := range vary {
		for other := range strings.SplitSeq(line, ",") {
			if other = strings.TrimSpace(other); other == "*" || strings.EqualFold(other, name) {
				return true
			}
		}
	}
	return false
}

// cacheable reports whether the handler's own Cache-Control may stay.
func (s *Session) cacheable(lines []string) bool {
	private, shared := false, false
	for _, line := range lines {
		for directive := range strings.SplitSeq(line, ",") {
			name, _, qualified := strings.Cut(strings.TrimSpace(strings.ToLower(directive)), "=")
			if name == "no-store" {
				return true
			}
			private = private || name == "private" && !qualified // else it is of those fields alone
			shared = shared || name == "public" || name == "s-maxage"
		}
	}
	return s.m.config.AllowPrivateCaching && private && !shared && s.cookie == cookieKeep
}
