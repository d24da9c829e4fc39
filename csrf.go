package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
)

// Where a request carries its CSRF token.
const (
	CSRFFormField = "csrf_token"
	CSRFHeader    = "X-CSRF-Token"
)

const csrfSize = sha256.Size

// CSRFToken returns a token that only pages of this session can hold, for the form
// field CSRFFormField or the header CSRFHeader. It differs at each call, so that
// compression can't leak it (BREACH), and dies with the next Rotate or Login. A
// session is created if there is none. http.CrossOriginProtection, which a
// Manager applies anyway, suffices for current browsers; the token serves those
// who need the defence of NIST SP 800-63B-4, section 5.1, as well.
func (s *Session) CSRFToken() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return "", err
	}
	if s.next.ID == "" {
		id := s.m.engine.NewID()
		if err := s.alterLocked(func(sn *Snapshot) error { sn.ID = id; return nil }, true); err != nil {
			return "", err
		}
	}
	var token [2 * csrfSize]byte
	pad, masked := token[:csrfSize], token[csrfSize:]
	_, _ = rand.Read(pad) // never fails, see its documentation
	subtle.XORBytes(masked, pad, csrfBase(s.next.ID))
	return base64.RawURLEncoding.EncodeToString(token[:]), nil
}

func csrfBase(id string) []byte {
	mac := hmac.New(sha256.New, []byte(id))
	mac.Write([]byte("coatcheck/csrf/v1"))
	return mac.Sum(nil)
}

// CheckCSRF returns ErrForbidden unless token was made by CSRFToken for this session
// since its last rotation.
func (s *Session) CheckCSRF(token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return err
	}
	if !csrfFits(token, s.base.ID) {
		s.emit(Event{Kind: EventForbidden, Err: errCSRF})
		return errCSRF
	}
	return nil
}

var errCSRF = fmt.Errorf("session: CSRF token is missing or wrong: %w", ErrForbidden)

// csrfFits reports whether token was made for id. Without an ID there is no
// session, and anybody could make its token.
func csrfFits(token, id string) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 2*csrfSize || id == "" {
		return false
	}
	subtle.XORBytes(raw[csrfSize:], raw[csrfSize:], raw[:csrfSize])
	return hmac.Equal(raw[csrfSize:], csrfBase(id))
}

// CSRFField returns a hidden form field with a CSRFToken, for a template:
// {{.Session.CSRFField}}. Like any first use of a session it must come before the
// first byte of the response: execute the template into a buffer, or use the session
// before it.
func (s *Session) CSRFField() (template.HTML, error) {
	token, err := s.CSRFToken()
	if err != nil {
		return "", err
	}
	return template.HTML(`<input type="hidden" name="` + CSRFFormField + `" value="` + token + `">`), nil
}

// RequireCSRF is a middleware inside of Wrap: requests other than GET, HEAD,
// OPTIONS and TRACE must carry a token of CSRFToken in the header CSRFHeader or
// the form field CSRFFormField; otherwise Config.ErrorHandler answers. It reads the body
// of forms, see http.Request.ParseMultipartForm. A request that is served by a
// header, see [Header], needs none.
func (m *Manager) RequireCSRF(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if safeMethod(r.Method) || m.From(r).byHeader {
			next.ServeHTTP(w, r)
			return
		}
		token := r.Header.Get(CSRFHeader)
		if token == "" {
			token = r.PostFormValue(CSRFFormField)
		}
		if err := m.From(r).CheckCSRF(token); err != nil {
			m.config.ErrorHandler(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func safeMethod(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}
