package session

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"testing"
)

// Without a session there is no secret that a token could be made of: one that anybody
// can reckon is refused.
func TestMB17_NoTokenFitsNoSession(t *testing.T) {
	m, err := New(Config{Store: mapStore{}})
	if err != nil {
		t.Fatal(err)
	}
	// HMAC with an empty key by hand, since FIPS 140-3 allows none.
	inner := sha256.Sum256(append(bytes.Repeat([]byte{0x36}, 64), "coatcheck/csrf/v1"...))
	base := sha256.Sum256(append(bytes.Repeat([]byte{0x5c}, 64), inner[:]...))
	forged := base64.RawURLEncoding.EncodeToString(append(make([]byte, csrfSize), base[:]...))
	if err := m.New(t.Context()).CheckCSRF(forged); !errors.Is(err, ErrForbidden) {
		t.Errorf("error %v", err)
	}
}
