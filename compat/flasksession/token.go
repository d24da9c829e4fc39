package flasksession

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/python"
)

// Session IDs are read if they have the form of any that Flask-Session makes:
// letters, digits, - and _, and no fewer than 128 bits need. That takes in UUIDs and
// every IDLength. Flask-Session 0.3.2 adopts whatever a visitor sends; of that, what
// can be guessed is refused.
const (
	minSID = 22
	maxSID = 128

	sidChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
)

var errMalformed = fmt.Errorf("flasksession: token is not of a form that Flask-Session makes: %w", session.ErrNotFound)

// NewID returns a fresh session ID.
func (e *Engine) NewID() string {
	if e.o.UUID {
		var u python.UUID
		_, _ = rand.Read(u[:])  // never fails, see its documentation
		u[6] = u[6]&0x0f | 0x40 // version 4: random
		u[8] = u[8]&0x3f | 0x80 // RFC 9562
		return u.String()
	}
	b := make([]byte, e.o.IDLength)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// token is the cookie for a session ID.
func (e *Engine) token(sid string) string {
	if e.signer == nil {
		return sid
	}
	return e.signer.Sign(sid)
}

// sid returns the session ID in a cookie.
func (e *Engine) sid(token string) (string, error) {
	sid := token
	if e.signer != nil {
		var err error
		if sid, err = e.signer.Unsign(token); err != nil {
			return "", errMalformed
		}
	}
	if len(sid) < minSID || len(sid) > maxSID || strings.Trim(sid, sidChars) != "" {
		return "", errMalformed
	}
	return sid, nil
}

// handle is a public name that gives no access.
func handle(sid string) (h session.Handle) {
	sum := sha256.Sum256([]byte("coatcheck/flasksession/handle\x00" + sid))
	copy(h[:], sum[:])
	return h
}
