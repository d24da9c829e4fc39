package django

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/coatcheck-go/session"
)

// What Django makes session keys of (VALID_KEY_CHARS): no capitals, since a database
// may take them for the same.
const (
	keyChars = "abcdefghijklmnopqrstuvwxyz0123456789"
	keySize  = 32

	cookieSalt = "django.contrib.sessions.backends.signed_cookies"
)

var errMalformed = fmt.Errorf("django: token is not of the form of Django's session keys: %w", session.ErrMalformed)

// NewID returns a fresh session key: 32 characters, 165 bits.
func (e *Engine) NewID() string { return randomText(keySize, keyChars) }

// randomText returns n characters, each as likely as the others.
func randomText(n int, chars string) string {
	text := make([]byte, 0, n)
	fair := 256 - 256%len(chars)
	for len(text) < n {
		var random [64]byte
		_, _ = rand.Read(random[:]) // never fails, see its documentation
		for _, b := range random[:] {
			if int(b) < fair && len(text) < n {
				text = append(text, chars[int(b)%len(chars)])
			}
		}
	}
	return string(text)
}

func isKey(token string) bool { return len(token) == keySize && strings.Trim(token, keyChars) == "" }

// handle is a public name that gives no access.
func handle(secret string) (h session.Handle) {
	sum := sha256.Sum256([]byte("coatcheck/django/handle\x00" + secret))
	copy(h[:], sum[:])
	return h
}
