package session_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
)

// A sharedCache stands in front of a site as a careless but conforming proxy does
// (RFC 9111): it keeps whatever it isn't forbidden to keep, for ever, and
// Set-Cookie forbids nothing (section 7.3).
type sharedCache struct {
	next   http.Handler
	stored map[string][]*storedResponse // by URL
	hits   int
}

type storedResponse struct {
	status  int
	header  http.Header
	body    []byte
	varying map[string]string // the request's fields that Vary named
}

func newSharedCache(next http.Handler) *sharedCache {
	return &sharedCache{next: next, stored: map[string][]*storedResponse{}}
}

func (c *sharedCache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	if hit := c.find(r); read && hit != nil {
		c.hits++
		hit.send(w, r.Method)
		return
	}
	got := httptest.NewRecorder()
	c.next.ServeHTTP(got, r)
	res := &storedResponse{status: got.Code, header: got.Result().Header, body: bytes.Clone(got.Body.Bytes())}
	if read {
		c.store(r, res)
	}
	res.send(w, r.Method)
}

func (s *storedResponse) send(w http.ResponseWriter, method string) {
	for name, lines := range s.header {
		w.Header()[name] = slices.Clone(lines)
	}
	w.WriteHeader(s.status)
	if method != http.MethodHead {
		_, _ = w.Write(s.body)
	}
}

// find selects a response (section 4.1).
func (c *sharedCache) find(r *http.Request) *storedResponse {
	for _, s := range c.stored[r.URL.Path] {
		fits := true
		for name, value := range s.varying {
			fits = fits && strings.Join(r.Header.Values(name), ",") == value
		}
		if fits {
			return s
		}
	}
	return nil
}

// store keeps a response if nothing forbids it (section 3). One to HEAD answers later
// HEADs and GETs alike here, and a 304 freshens what is kept (section 4.3.4).
func (c *sharedCache) store(r *http.Request, res *storedResponse) {
	vary := strings.Split(strings.Join(res.header.Values("Vary"), ","), ",")
	if forbidsSharing(res.header.Values("Cache-Control")) || slices.Contains(vary, "*") {
		return
	}
	res.varying = map[string]string{}
	for _, name := range vary {
		if name = strings.TrimSpace(name); name != "" {
			res.varying[name] = strings.Join(r.Header.Values(name), ",")
		}
	}
	c.stored[r.URL.Path] = append(c.stored[r.URL.Path], res)
}

// forbidsSharing reports whether a shared cache must not keep a response. A private with
// field names forbids only those.
func forbidsSharing(lines []string) bool {
	for directive := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		if d := strings.ToLower(strings.TrimSpace(directive)); d == "no-store" || d == "private" {
			return true
		}
	}
	return false
}
